import { type History, weekdayOf } from "./history";

/**
 * How much each weekday (Monday first) weighs: 1 for an average day. Silence and tenure are counted in these weights,
 * so that a weekend is not silence for somebody who works Monday to Friday. Any seven consecutive days weigh 7.
 */
export type WeekdayWeights = readonly number[];

/**
 * The population's week weighs as much as this many of a person's days; a uniform one as much as this many of the
 * project's.
 */
const PRIOR_DAYS = 14;

export const EVEN_WEEKDAYS: WeekdayWeights = [1, 1, 1, 1, 1, 1, 1];

/** The week of these days, shrunk towards `prior`. No weekday has weight zero: nobody's habit is certain. */
export function weekdayWeightsOf(days: readonly number[], prior: WeekdayWeights, known = days.length): WeekdayWeights {
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < known; i++) (counts[weekdayOf(days[i] as number)] as number)++;
  return counts.map((count, i) => (7 * (count + (PRIOR_DAYS * (prior[i] as number)) / 7)) / (known + PRIOR_DAYS));
}

/** The project's week in the days up to `cutoff`, from the last 26 weeks. O(days). */
export function projectWeekdayWeights(histories: readonly History[], cutoff: number): WeekdayWeights {
  const from = cutoff - 26 * 7;
  const days = histories.flatMap((history) => history.days.filter((day) => day > from && day <= cutoff));
  return weekdayWeightsOf(days, EVEN_WEEKDAYS);
}

/** Weight of the days after `from` up to and including `to`. O(1). */
export function weightBetween(week: WeekdayWeights, from: number, to: number): number {
  if (to <= from) return 0;
  const weeks = Math.floor((to - from) / 7);
  let weight = weeks * 7;
  for (let day = from + weeks * 7 + 1; day <= to; day++) weight += week[weekdayOf(day)] as number;
  return weight;
}

/** The first day after `from` by which `weight` has passed; at most `limit` days later. */
export function dayAfterWeight(week: WeekdayWeights, from: number, weight: number, limit: number): number {
  const weeks = Math.max(0, Math.min(Math.floor(weight / 7), Math.floor(limit / 7)) - 1);
  let day = from + weeks * 7;
  for (let left = weight - weeks * 7; left > 1e-9 && day < from + limit; ) {
    day++;
    left -= week[weekdayOf(day)] as number;
  }
  return day;
}
