import { assess, basisOf, lullAt } from "./alarm";
import { countUpTo, type History, isActiveWithin } from "./history";
import { auc, aucGain, type Bin, brier, calibrationBins, calibrationError, lift, type Scored } from "./measures";
import type { Model } from "./model";
import type { Steps } from "./steps";

/** The signal's prediction for an earlier day, and the outcome. */
export type Track = {
  /** Days before today. */
  ago: number;
  /** People with a habit who had not left by then, and how many of them stayed away for the horizon. */
  people: number;
  away: number;
  /** How many the signal called quiet, and how many of those stayed away. */
  named: number;
  namedAway: number;
  auc: number;
  /** The AUC of days of silence alone. */
  silenceAuc: number;
  /** Standard error of the difference between the two AUCs. */
  gainError: number;
  /**
   * How much more often than people overall the tenth least likely to return stayed away; and the same for the tenth
   * silent for longest.
   */
  lift: number;
  silenceLift: number;
  brier: number;
  calibrationError: number;
  bins: Bin[];
};

/** With fewer people, or fewer of either kind, a measure is meaningless. */
const MIN_PEOPLE = 30;
const MIN_OF_EITHER = 5;
const SLICE_PEOPLE = 200;
/** The cut-offs of the track record, in days before today; each is used if its horizon is over. */
export const CUTOFFS_AGO = [30, 60, 90] as const;

/** The prediction for somebody at a cut-off, and the outcome. */
export type PredictedOutcome = { person: number; probability: number; flagged: boolean; away: boolean };

/**
 * Compares the predictions of a model fitted to the days up to `ago` days before `today` with the outcomes within its
 * horizon. Undefined with too little history, or while the horizon is not over. `outcomes`: of everybody in the
 * numbers.
 */
export function* trackAt(
  histories: readonly History[],
  today: number,
  ago: number,
  model: Model,
): Steps<{ track: Track; outcomes: PredictedOutcome[] } | undefined> {
  const { horizon } = model;
  if (horizon > ago) return undefined;
  const cutoff = today - ago;
  const known = { ...basisOf(model), lull: lullAt(histories, cutoff, horizon) };
  const outcomes: PredictedOutcome[] = [];
  const silent: Scored[] = [];
  for (const [i, { person, days, events }] of histories.entries()) {
    if (i % SLICE_PEOPLE === SLICE_PEOPLE - 1) yield;
    const past = days.slice(0, countUpTo(days, cutoff));
    const last = past.at(-1);
    if (last === undefined) continue;
    const { standing, probability } = assess(known, past, cutoff, events);
    if (standing === "new" || standing === "gone" || probability === null) continue;
    const away = !isActiveWithin(days, cutoff, cutoff + horizon);
    outcomes.push({ person, probability, flagged: standing === "quiet", away });
    silent.push({ score: last - cutoff, returned: !away });
  }
  const away = outcomes.filter((one) => one.away).length;
  if (outcomes.length < MIN_PEOPLE || Math.min(away, outcomes.length - away) < MIN_OF_EITHER) return undefined;
  const ours = outcomes.map((one): Scored => ({ score: one.probability, returned: !one.away }));
  const track: Track = {
    ago,
    people: outcomes.length,
    away,
    named: outcomes.filter(({ flagged }) => flagged).length,
    namedAway: outcomes.filter((one) => one.flagged && one.away).length,
    auc: auc(ours),
    silenceAuc: auc(silent),
    gainError: aucGain(ours, silent).error,
    lift: lift(ours),
    silenceLift: lift(silent),
    brier: brier(ours),
    calibrationError: calibrationError(ours),
    bins: calibrationBins(ours),
  };
  return { track, outcomes };
}

/** A gain must be this many times its standard error to count. */
const ERRORS = 2;
/** With fewer people of either outcome, the standard error at a cut-off is itself unreliable. */
const MIN_DECIDING = 20;

/**
 * Whether the signal orders people better than days of silence alone, over all cut-offs, weighted by their people.
 * Cut-offs share most people, so standard errors are averaged rather than reduced.
 */
export function verdictOf(tracks: readonly Track[]): "better" | "no better" | "unknown" {
  const people = tracks.reduce((sum, track) => sum + track.people, 0);
  if (people === 0) return "unknown";
  const mean = (of: (track: Track) => number) =>
    tracks.reduce((sum, track) => sum + of(track) * track.people, 0) / people;
  if (
    Math.min(
      mean(({ away }) => away),
      mean((track) => track.people - track.away),
    ) < MIN_DECIDING
  )
    return "unknown";
  const gain = mean((track) => track.auc - track.silenceAuc);
  return gain > ERRORS * mean(({ gainError }) => gainError) ? "better" : "no better";
}
