import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { History } from "@/lib/risk/history";
import { root } from "../root";

/**
 * A public history of scripts/risk/data: one line per person, their first day and the gaps between their days; "3x5":
 * three days later, with five events (CDs, messages) instead of one.
 */
export function publicHistories(name: "cdnow" | "collegemsg"): History[] {
  const text = gunzipSync(readFileSync(join(root, "scripts/risk/data", `${name}.txt.gz`))).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line, i) => {
      let day = 0;
      const words = line.split(" ").map((word) => word.split("x").map(Number));
      const days = words.map(([gap]) => {
        day += gap as number;
        return day;
      });
      return { person: i + 1, days, events: words.map(([, events = 1]) => events) };
    });
}

/** The data known at the end of `cutoff`. Models get no more than this. */
export const knownAt = (histories: readonly History[], cutoff: number): History[] =>
  histories.flatMap(({ person, days, events }) => {
    const known = days.filter((day) => day <= cutoff);
    return known.length > 0 ? [{ person, days: known, events: events?.slice(0, known.length) }] : [];
  });
