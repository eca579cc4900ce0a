import { formatCount } from "@/lib/format/number";
import type { Total } from "@/lib/profiles/types";

/** "2,104 people", "1 person"; "about 12,000 people" for an estimate. */
export function formatPeople({ count, exact }: Total): string {
  if (count === 1) return exact ? "1 person" : "about 1 person";
  return `${exact ? "" : "about "}${formatCount(count)} people`;
}

/** The rest of the sentence that begins "2,104 people": " who did export", or ": identified people on plan pro". */
export const whichPeople = (words: string): string =>
  words.replace(/^people (?=\S)|^/, (noun) => (noun === "" ? ": " : " "));

/** "2,104" or "≈ 12,000", where space is short. */
export const formatTotal = ({ count, exact }: Total): string => `${exact ? "" : "≈ "}${formatCount(count)}`;

export const addTotals = (a: Total, b: Total): Total => ({ count: a.count + b.count, exact: a.exact && b.exact });
