import type { Run, State } from "./states";

/**
 * Weeks run from Monday to Sunday in UTC. A move compares the end of a day with the end of the previous week; a week
 * that is over counts by its Sunday, the current one by today.
 */
export const DAYS_A_WEEK = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Days since 1970: a Thursday. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
export const msOf = (day: number): number => day * DAY_MS;
export const isoDay = (day: number): string => new Date(msOf(day)).toISOString().slice(0, 10);

/** The Monday of a day's week. */
export const weekOf = (day: number): number => day - ((((day + 3) % DAYS_A_WEEK) + DAYS_A_WEEK) % DAYS_A_WEEK);
export const isSunday = (day: number): boolean => weekOf(day) + DAYS_A_WEEK - 1 === day;

/** `was`: null for somebody who had not been seen before. */
export type Move = { day: number; was: State | null; became: State };

/**
 * The moves of a life: one for each Sunday, and each day since `daily`, on which the state differs from the end of the
 * previous week. Weeks in which no run starts have no moves. O(runs).
 */
export function movesOf(runs: readonly Run[], daily: number): Move[] {
  const moves: Move[] = [];
  let at = -1;
  /** The state on a day; must be called with ascending days. */
  const stateAt = (day: number): State | null => {
    while (at + 1 < runs.length && (runs[at + 1] as Run).since <= day) at++;
    return runs[at]?.state ?? null;
  };
  let looked = Number.NEGATIVE_INFINITY;
  for (const { since } of runs) {
    const week = weekOf(since);
    if (week === looked) continue;
    looked = week;
    const was = stateAt(week - 1);
    for (let day = week; day < week + DAYS_A_WEEK; day++) {
      const became = stateAt(day);
      if (became && became !== was && (day >= daily || isSunday(day))) moves.push({ day, was, became });
    }
  }
  return moves;
}
