import type { History, Past } from "./history";

/**
 * How many events a usual active day of the project has: the mean of log(1 + events) per block of four weeks, because
 * tracking changes with releases. `until`: the last day of the last block.
 */
export type DepthTable = { until: number; means: readonly number[] };

const BLOCK_DAYS = 28;
/** Days before these blocks, about three years, are compared with the oldest one. */
const MAX_BLOCKS = 40;
/** The mean of all blocks weighs as much as this many active days in each. */
const PRIOR_DAYS = 50;
/** A usual day weighs as much as this many of a person's own days. */
const PRIOR_OWN_DAYS = 1;

const blockOf = (until: number, blocks: number, day: number) =>
  Math.max(0, blocks - 1 - Math.max(0, Math.floor((until - day) / BLOCK_DAYS)));

/** The project's usual days up to `until`; undefined if no events were counted. O(active days). */
export function depthTable(histories: readonly History[], until: number): DepthTable | undefined {
  const sums = new Float64Array(MAX_BLOCKS);
  const counts = new Float64Array(MAX_BLOCKS);
  for (const { days, events } of histories) {
    if (!events) continue;
    for (let i = 0; i < days.length && (days[i] as number) <= until; i++) {
      const block = blockOf(until, MAX_BLOCKS, days[i] as number);
      sums[block] = (sums[block] as number) + Math.log1p(events[i] as number);
      counts[block] = (counts[block] as number) + 1;
    }
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const mean = sums.reduce((sum, value) => sum + value, 0) / total;
  return {
    until,
    means: Array.from(sums, (sum, i) => (sum + PRIOR_DAYS * mean) / ((counts[i] as number) + PRIOR_DAYS)),
  };
}

/**
 * How many more events somebody's first `known` active days have than the project's usual ones, as a difference of
 * logs, shrunk towards 0. O(known).
 */
export function depthOf({ days, events }: Past, known: number, table: DepthTable | undefined): number {
  if (!table || !events) return 0;
  let sum = 0;
  for (let i = 0; i < known; i++) {
    const usual = table.means[blockOf(table.until, table.means.length, days[i] as number)] as number;
    sum += Math.log1p(events[i] as number) - usual;
  }
  return sum / (known + PRIOR_OWN_DAYS);
}
