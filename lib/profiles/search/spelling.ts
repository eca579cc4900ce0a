/** Shorter words match exactly: a typo in them cannot be recognised. */
const MIN_WORD_CHARS = 3;
/** From this length on, two typos are allowed. */
const LONG_WORD_CHARS = 7;
/** No variants are generated of a longer text: nobody types such a name. */
const MAX_CHARS = 40;

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/**
 * What was meant if two neighbouring letters were swapped: "anuok" → "naouk", "aunok", "anouk", "anuko".
 */
export function swapVariants(text: string): string[] {
  const letters = [...text.toLowerCase()];
  if (letters.length < MIN_WORD_CHARS || letters.length > MAX_CHARS) return [];
  const variants = letters.slice(1).flatMap((letter, index) => {
    const before = letters[index] as string;
    if (letter === before || /\s/.test(letter + before)) return [];
    return [[...letters.slice(0, index), letter, before, ...letters.slice(index + 2)].join("")];
  });
  return [...new Set(variants)];
}

/**
 * The number of typos in a text, if it is a misspelling of the name; otherwise null. Every typed word must be one of
 * the name's words with one letter wrong, missing, extra or swapped (two from seven letters on); the last one may be a
 * prefix.
 */
export function countTypos(typed: string, name: string): number | null {
  const [words, parts] = [wordsOf(typed), wordsOf(name)];
  let sum = 0;
  for (const [index, word] of words.entries()) {
    const isLast = index === words.length - 1;
    const least = Math.min(...parts.map((part) => distance(word, isLast ? comparablePart(word, part) : part)));
    const allowed = word.length < MIN_WORD_CHARS ? 0 : word.length < LONG_WORD_CHARS ? 1 : 2;
    if (least > allowed) return null;
    sum += least;
  }
  return words.length === 0 ? null : sum;
}

/** The prefix of a long part, as long as the typed word; a part that is hardly longer stays whole. */
const comparablePart = (word: string, part: string): string =>
  part.length > word.length + 1 ? part.slice(0, word.length) : part;

/** Letters to change, add, remove or swap with their neighbour (optimal string alignment). O(a · b). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swap) least = Math.min(least, at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = least;
    }
  }
  return at(a.length, b.length);
}
