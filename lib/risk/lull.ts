import { countUpTo, type History } from "./history";
import { type WeekdayWeights, weightBetween } from "./rhythm";

/**
 * Since this day, the whole project has been active at this share of its usual level: holidays, an outage, a broken
 * integration. A person's silence since then means little.
 */
export type Lull = { since: number; share: number };

/** The usual level is the mean of this many days before the lull. */
const USUAL_DAYS = 28;
/** In a lull, activity is below this share of the usual. */
const SHARE = 0.5;
/** It is no coincidence after at least this many days, with at least this many active days missing. */
const MIN_DAYS = 3;
const MIN_MISSING = 15;

/**
 * The lull at `today`, if people with at least `habit` active days have been much less active than in the four weeks
 * before it: of the last 3 to `longest` days, those with the clearest difference. O(active days + longest²).
 */
export function lullOf(
  histories: readonly History[],
  today: number,
  { week, habit, longest }: { week: WeekdayWeights; habit: number; longest: number },
): Lull | undefined {
  const from = today - longest - USUAL_DAYS;
  /** Active days of all people by how long ago they were. */
  const counts = new Float64Array(longest + USUAL_DAYS);
  let first = today;
  for (const { days } of histories) {
    const known = countUpTo(days, today);
    if (known < habit) continue;
    first = Math.min(first, days[0] as number);
    for (let i = known - 1; i >= 0 && (days[i] as number) > from; i--) {
      const ago = today - (days[i] as number);
      counts[ago] = (counts[ago] as number) + 1;
    }
  }
  const sum = (start: number, end: number) => counts.subarray(start, end).reduce((total, count) => total + count, 0);
  let [clearest, found]: [number, Lull | undefined] = [0, undefined];
  for (let length = MIN_DAYS; length <= longest && today - length - USUAL_DAYS >= first - 1; length++) {
    const ahead = weightBetween(week, today - length, today);
    const usual = (sum(length, length + USUAL_DAYS) / USUAL_DAYS) * ahead;
    const now = sum(0, length);
    const latest = (sum(length, length + USUAL_DAYS) / USUAL_DAYS) * weightBetween(week, today - MIN_DAYS, today);
    const isLow = now < SHARE * usual && sum(0, MIN_DAYS) < SHARE * latest && usual - now >= MIN_MISSING;
    const clarity = (usual - now) / Math.sqrt(usual);
    if (!isLow || clarity <= clearest) continue;
    [clearest, found] = [clarity, { since: today - length + 1, share: now / usual }];
  }
  return found;
}
