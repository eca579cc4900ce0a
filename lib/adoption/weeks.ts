/** How many used a feature, week by week: for the first time, again, or not yet. Pure. */

import { COHORT_WEEKS, firstMonday, WEEK_MS, type WeekColumn } from "./adoption";

/** A calendar week, by its Monday (ms, midnight UTC). */
export type UseWeek = { monday: number; isUnfinished: boolean } & Record<WeekColumn, number>;

/** One row for each week of the triangle, oldest first; weeks that were not found have zeros. */
export function weekRows(found: readonly ({ monday: number } & Record<WeekColumn, number>)[], now: number): UseWeek[] {
  const byMonday = new Map(found.map((row) => [row.monday, row]));
  return Array.from({ length: COHORT_WEEKS }, (_, i) => {
    const monday = firstMonday(now) + i * WEEK_MS;
    const { first = 0, again = 0, never = 0 } = byMonday.get(monday) ?? {};
    return { monday, first, again, never, isUnfinished: monday + WEEK_MS > now };
  });
}
