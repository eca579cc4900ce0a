import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { History } from "@/lib/risk/history";
import { root } from "../root";

/** A public history of scripts/risk/data: one line per person, their first day and the gaps between their days. */
export function publicHistories(name: "cdnow" | "collegemsg"): History[] {
  const text = gunzipSync(readFileSync(join(root, "scripts/risk/data", `${name}.txt.gz`))).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line, i) => {
      let day = 0;
      const days = line.split(" ").map((gap) => {
        day += Number(gap);
        return day;
      });
      return { person: i + 1, days };
    });
}

/** The data known at the end of `cutoff`. Models get no more than this. */
export const knownAt = (histories: readonly History[], cutoff: number): History[] =>
  histories.flatMap(({ person, days }) => {
    const known = days.filter((day) => day <= cutoff);
    return known.length > 0 ? [{ person, days: known }] : [];
  });
