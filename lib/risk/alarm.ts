import type { History } from "./history";
import { type Lull, lullOf } from "./lull";
import { type Model, returnWithinHorizon } from "./model";
import {
  dayAfterWeight,
  EVEN_WEEKDAYS,
  projectWeekdayWeights,
  type WeekdayWeights,
  weekdayWeightsOf,
  weightBetween,
} from "./rhythm";

/**
 * Somebody's standing. new: too few active days for a habit. quiet: an alarm. gone: silent for too long to warn about.
 * here: everybody else.
 */
export type Standing = "new" | "here" | "quiet" | "gone";

/** The number of active days that make a habit. */
export const HABIT_DAYS = 4;
/**
 * Nobody is quiet until this many days of their own have passed: days weighted by their week, an average one being 1.
 */
export const FLOOR_DAYS = 2;
/** An alarm requires a probability of return below this: staying away is at least 1.5 times as likely as returning. */
const QUIET_BELOW = 0.4;
/** An alarm also requires that silence is the reason: it has cut the odds of the last active day to this. */
const QUIET_ODDS = 2 / 3;
/** Without a model, silence of this many usual gaps is an alarm. */
const QUIET_GAPS = 3;
/** Silence is no longer a warning after both this many horizons and this many usual gaps. */
const GONE_HORIZONS = 3;
const GONE_GAPS = 5;

export type Assessment = {
  /** Probability of an active day within the horizon; null without a model. */
  probability: number | null;
  /** The same as of the last active day. */
  usual: number | null;
  /** Days of silence, weighted by their own week. */
  silence: number;
  standing: Standing;
  /** The day by which a return is 50 % likely; null if that is beyond three horizons, or without a model. */
  returnsBy: number | null;
};

/**
 * What is known about a project: its week and horizon, and a model if there is enough history. `lull`: while nearly
 * everybody is silent.
 */
export type RiskBasis = { model: Model | undefined; week: WeekdayWeights; horizon: number; lull?: Lull };

/**
 * Somebody's standing at the end of `today`; `days` has at least one, and none after it. `events`: the events of each
 * day, if known. O(active days).
 */
export function assess(
  { model, week, horizon, lull }: RiskBasis,
  days: readonly number[],
  today: number,
  events?: readonly number[],
): Assessment {
  const ownWeek = weekdayWeightsOf(days, week);
  const last = days.at(-1) as number;
  const silence = weightBetween(ownWeek, last, today);
  const gap = weightBetween(ownWeek, days[0] as number, last) / Math.max(1, days.length - 1);
  // People who fell silent with everybody else are not warned about; people who were quiet before are.
  const isLulled = () =>
    lull !== undefined &&
    (last >= lull.since || assess({ model, week, horizon }, days, lull.since - 1, events).standing !== "quiet");
  const standingIf = (isQuiet: boolean): Standing => {
    if (silence > Math.max(GONE_HORIZONS * horizon, GONE_GAPS * gap)) return "gone";
    if (days.length < HABIT_DAYS) return "new";
    return isQuiet && silence >= FLOOR_DAYS && !isLulled() ? "quiet" : "here";
  };
  const probability = model && returnWithinHorizon(model, days, today, events);
  if (model === undefined || probability === undefined) {
    const usual = usualGap(days, ownWeek);
    return {
      probability: null,
      usual: null,
      silence,
      standing: standingIf(silence > QUIET_GAPS * usual),
      returnsBy: null,
    };
  }
  const usual = returnWithinHorizon(model, days, last, events) ?? probability;
  const isQuiet = probability < QUIET_BELOW && oddsOf(probability) < QUIET_ODDS * oddsOf(usual);
  const returnsBy = expectedDay(probability, ownWeek, today, horizon);
  return { probability, usual, silence, standing: standingIf(isQuiet), returnsBy };
}

const oddsOf = (p: number): number => p / Math.max(1e-9, 1 - p);

/** The median of the gaps between active days, in weighted days. */
function usualGap(days: readonly number[], week: WeekdayWeights): number {
  const gaps = days.slice(1).map((day, i) => weightBetween(week, days[i] as number, day));
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? Number.POSITIVE_INFINITY;
}

/**
 * The day by which a return is 50 % likely, assuming a constant rate per day of the person's own that yields
 * `probability`.
 */
function expectedDay(probability: number, week: WeekdayWeights, today: number, horizon: number): number | null {
  const rate = -Math.log(1 - Math.min(probability, 1 - 1e-9)) / horizon;
  const half = Math.LN2 / rate;
  return half <= GONE_HORIZONS * horizon ? dayAfterWeight(week, today, half, 4 * horizon) : null;
}

/** What is known from a project's model. */
export const basisOf = (model: Model): RiskBasis => ({ model, week: model.population.week, horizon: model.horizon });
/** What is known without a model. */
export const withoutModel = (horizon: number): RiskBasis => ({ model: undefined, week: EVEN_WEEKDAYS, horizon });

/** The lull at `today`, if there is one; it may have lasted for as long as silence is a warning. */
export const lullAt = (histories: readonly History[], today: number, horizon: number): Lull | undefined =>
  lullOf(histories, today, {
    week: projectWeekdayWeights(histories, today),
    habit: HABIT_DAYS,
    longest: GONE_HORIZONS * horizon,
  });
