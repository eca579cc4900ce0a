import { rhythmOf } from "./features";
import { countUpTo } from "./history";
import { type Model, returnWithinHorizon } from "./model";

/**
 * Where somebody stands. new: too few active days to have a habit. quiet: an alarm. gone: silent for so long that
 * nobody is warned of any more. here: everybody else.
 */
export type Standing = "new" | "here" | "quiet" | "gone";

/** Active days from which on there is a habit to fall out of. */
export const HABIT_DAYS = 4;
/** Nobody is quiet before so many of their own days are over: days weighted by their week, an average one being 1. */
export const FLOOR_DAYS = 2;
/** An alarm says that somebody is likelier to stay away than not, */
const QUIET_BELOW = 0.5;
/** and that their silence has at least halved the chance there was on their last day. */
const QUIET_SHARE = 0.5;
/** Silence of so many horizons is no warning any more. */
export const GONE_HORIZONS = 3;

export type Assessment = {
  /** Of an active day within the horizon. */
  probability: number;
  /** The same, as it was on the last active day. */
  usual: number;
  /** Days of silence, weighted by their own week. */
  silence: number;
  standing: Standing;
};

/** Where somebody stands at the end of `today`; undefined if they were never active. */
export function assess(model: Model, days: readonly number[], today: number): Assessment | undefined {
  const rhythm = rhythmOf(days, today, model.population);
  const probability = returnWithinHorizon(model, days, today);
  if (!rhythm || probability === undefined) return undefined;
  const usual = returnWithinHorizon(model, days, rhythm.last) ?? probability;
  const isQuiet = rhythm.silence >= FLOOR_DAYS && probability < QUIET_BELOW && probability < QUIET_SHARE * usual;
  return { probability, usual, silence: rhythm.silence, standing: standingOf(isQuiet, days, today, model.horizon) };
}

/** One rule for every way of telling who is quiet. */
export function standingOf(isQuiet: boolean, days: readonly number[], today: number, horizon: number): Standing {
  const known = countUpTo(days, today);
  if (today - (days[known - 1] as number) > GONE_HORIZONS * horizon) return "gone";
  if (known < HABIT_DAYS) return "new";
  return isQuiet ? "quiet" : "here";
}
