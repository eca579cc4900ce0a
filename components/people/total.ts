import { count } from "@/lib/format/number";
import type { Total } from "@/lib/profiles/types";

/** "2,104 people", "1 person"; "about 12,000 people" for an estimate. */
export function people({ count: value, exact }: Total): string {
  if (value === 1) return exact ? "1 person" : "about 1 person";
  return `${exact ? "" : "about "}${count(value)} people`;
}

/** The rest of the sentence that begins "2,104 people": " who did export", or ": identified people on plan pro". */
export const whichPeople = (words: string): string =>
  words.replace(/^people (?=\S)|^/, (noun) => (noun === "" ? ": " : " "));

/** "2,104" or "≈ 12,000", where space is short. */
export const totalShort = ({ count: value, exact }: Total): string => `${exact ? "" : "≈ "}${count(value)}`;

export const addTotals = (a: Total, b: Total): Total => ({ count: a.count + b.count, exact: a.exact && b.exact });
