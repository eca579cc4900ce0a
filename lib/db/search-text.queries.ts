import sql, { type Sql } from "sql-template-tag";

/**
 * Whether a search_text matches what was typed, using its trigram index. If the text has a number, the index looks up
 * only that: NOT LIKE … IS FALSE means LIKE to the executor and to the row estimate, but cannot use the index.
 */
export function textFound(searched: Sql, { patterns: [one, two, three], number }: SoughtText): Sql {
  if (number !== null) return sql`(${searched} LIKE ${number} AND (${searched} NOT LIKE ${one}) IS FALSE)`;
  return two === null
    ? sql`${searched} LIKE ${one}`
    : sql`(${searched} LIKE ${one} OR ${searched} LIKE ${two} OR ${searched} LIKE ${three})`;
}

/** What was typed, normalised for the search: NFC, without characters that Postgres cannot hold, trimmed. */
export const soughtText = (typed: string): string => typed.normalize("NFC").replaceAll("\0", "").trim();

/**
 * LIKE patterns over search_text, which has one value per line, lower-cased; null matches nothing. `number`: the
 * longest word with two digits in a row, the only one that the index looks up.
 */
export type SoughtText = {
  patterns: readonly [string, string | null, string | null];
  number: string | null;
};

/**
 * From 3 characters on, any part of a value matches (trigrams); shorter texts only match starts of words, which
 * trigrams find too. A number is rarer than words: "company 77" is found by " 77" in a fifth of the time it takes to
 * intersect that with everybody who has "company".
 */
export function searchPatterns(text: string): SoughtText {
  const lower = text.toLowerCase();
  const escaped = escapeLike(lower);
  if ([...text].length < 3) return { patterns: [`${escaped}%`, `%\n${escaped}%`, `% ${escaped}%`], number: null };
  const words = lower.split(" ");
  const last = words.length - 1;
  const [number] = words
    .filter(() => last > 0)
    .flatMap((word, at) => (/\d\d/.test(word) ? [`${at > 0 ? " " : ""}${word}${at < last ? " " : ""}`] : []))
    .sort((a, b) => b.length - a.length);
  return {
    patterns: [`%${escaped}%`, null, null],
    number: number === undefined ? null : `%${escapeLike(number)}%`,
  };
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
