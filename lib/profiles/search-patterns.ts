/** What was typed, as it is sought: NFC, without what Postgres cannot hold, trimmed. */
export const soughtText = (typed: string): string => typed.normalize("NFC").replaceAll("\0", "").trim();

/**
 * LIKE patterns over search_text, which is one value a line, lower-cased; null matches nothing. From 3 characters on any part of a
 * value matches (trigrams); under that only starts of words, which trigrams find too.
 */
export function searchPatterns(text: string): [string, string | null, string | null] {
  const escaped = text.toLowerCase().replace(/[\\%_]/g, "\\$&");
  return [...text].length >= 3 ? [`%${escaped}%`, null, null] : [`${escaped}%`, `%\n${escaped}%`, `% ${escaped}%`];
}
