/**
 * A person's active days: distinct day numbers since 1970-01-01, ascending. `events`: the number of each day's events,
 * if known.
 */
export type History = { person: number; days: readonly number[]; events?: readonly number[] };
/** The part of a history that the model reads. */
export type Past = Pick<History, "days" | "events">;

/** How many of `days` are on or before `day`. O(log n). */
export function countUpTo(days: readonly number[], day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] as number) <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether any of `days` is after `after` and not after `upTo`. */
export const isActiveWithin = (days: readonly number[], after: number, upTo: number): boolean =>
  countUpTo(days, upTo) > countUpTo(days, after);

/** The weekday of a day number: 0 = Monday … 6 = Sunday. Day 0 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** At most `size` of the histories, evenly spread, always the same ones. */
export function sampleOf<T>(all: readonly T[], size: number): readonly T[] {
  if (all.length <= size) return all;
  return Array.from({ length: size }, (_, i) => all[Math.floor((i * all.length) / size)] as T);
}
