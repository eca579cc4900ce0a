/** A section of the documentation, for searching. `id`: its anchor; "" for the text above the first heading. */
export type SearchSection = { slug: string; page: string; heading: string; id: string; text: string };
/** A piece of an excerpt. `hit`: whether it matches a word that was searched for. */
export type ExcerptPiece = { text: string; hit: boolean };
export type SearchHit = { slug: string; page: string; heading: string; id: string; excerpt: ExcerptPiece[] };

export const QUERY_MAX_CHARS = 100;
const WORDS_MAX = 8;
const FOUND_MAX = 20;
/** How many characters an excerpt has before its first hit, and in all. */
const BEFORE = 60;
const EXCERPT = 220;

/** A text in lower case, of the same length: "İ", which would become two characters, stays. */
const lowerCased = (text: string): string =>
  text
    .replace(/\P{ASCII}/gu, (one) => (one.toLowerCase().length === one.length ? one.toLowerCase() : one))
    .replace(/[A-Z]+/g, (some) => some.toLowerCase());

/** The words of a query, in lower case, without punctuation at their ends, each once. */
export function queryWords(query: string): string[] {
  const words = lowerCased(query.slice(0, QUERY_MAX_CHARS))
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}_-]+|[^\p{L}\p{N}_-]+$/gu, ""))
    .filter((word) => word !== "");
  return [...new Set(words)].slice(0, WORDS_MAX);
}

/**
 * Sections that contain every word, also as part of a longer one, best first: the heading counts more than the page's
 * name, the name more than the text, whole words more than parts. O(characters of the documentation).
 */
export function searchSections(sections: readonly SearchSection[], query: string): SearchHit[] {
  const words = queryWords(query);
  if (words.length === 0) return [];
  return sections
    .map((section) => ({ section, score: scoreOf(section, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, FOUND_MAX)
    .map(({ section: { text, ...rest } }) => ({ ...rest, excerpt: excerptOf(text, words) }));
}

const HEADING = 12;
const PAGE = 6;
const TEXT = 1;
/** How many mentions of a word count; more do not make a section more relevant. */
const MENTIONS_MAX = 5;

function scoreOf({ heading, page, text }: SearchSection, words: readonly string[]): number {
  let score = 0;
  for (const word of words) {
    const weight =
      HEADING * weightIn(heading, word, 1) + PAGE * weightIn(page, word, 1) + TEXT * weightIn(text, word, MENTIONS_MAX);
    if (weight === 0) return 0;
    score += weight;
  }
  return score;
}

/** The weight of a word in a text: 2 for each whole word, 1 for each part of one, of the first `max` found. */
function weightIn(text: string, word: string, max: number): number {
  const lower = lowerCased(text);
  let weight = 0;
  let at = lower.indexOf(word);
  for (let seen = 0; at !== -1 && seen < max; seen++) {
    const isWhole = !isLetter(lower[at - 1]) && !isLetter(lower[at + word.length]);
    weight += isWhole ? 2 : 1;
    at = lower.indexOf(word, at + word.length);
  }
  return weight;
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** The text around the first hit, in whole words, with every hit marked. */
function excerptOf(text: string, words: readonly string[]): ExcerptPiece[] {
  const lower = lowerCased(text);
  const hits = words.map((word) => lower.indexOf(word)).filter((at) => at !== -1);
  const first = hits.length > 0 ? Math.min(...hits) : 0;
  const from = first <= BEFORE ? 0 : text.indexOf(" ", first - BEFORE) + 1;
  const lastGap = text.lastIndexOf(" ", from + EXCERPT);
  const end = from + EXCERPT >= text.length ? text.length : lastGap > first ? lastGap : from + EXCERPT;
  const marked = pieces(text.slice(from, end), words);
  if (from > 0) marked.unshift({ text: "… ", hit: false });
  if (end < text.length) marked.push({ text: " …", hit: false });
  return marked;
}

function pieces(text: string, words: readonly string[]): ExcerptPiece[] {
  const lower = lowerCased(text);
  const found: ExcerptPiece[] = [];
  for (let at = 0; at < text.length; ) {
    const next = words
      .map((word) => ({ word, start: lower.indexOf(word, at) }))
      .filter(({ start }) => start !== -1)
      .sort((a, b) => a.start - b.start || b.word.length - a.word.length)[0];
    if (!next) {
      found.push({ text: text.slice(at), hit: false });
      break;
    }
    if (next.start > at) found.push({ text: text.slice(at, next.start), hit: false });
    found.push({ text: text.slice(next.start, next.start + next.word.length), hit: true });
    at = next.start + next.word.length;
  }
  return found;
}
