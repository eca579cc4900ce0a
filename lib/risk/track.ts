import { assess, knownBy } from "./alarm";
import { countUpTo, type History, isActiveWithin } from "./history";
import { auc, aucGain, type Bin, brier, calibrationBins, calibrationError, lift, type Scored } from "./measures";
import { fittingModel } from "./model";
import type { Steps } from "./steps";

/** What the signal would have predicted on an earlier day, and the outcome. */
export type Track = {
  /** Days before today. */
  ago: number;
  /** People with a habit who had not left by then, and how many of them stayed away for the horizon. */
  people: number;
  away: number;
  /** How many were quiet, and how many of those stayed away. */
  named: number;
  namedAway: number;
  auc: number;
  /** The same by days of silence alone. */
  silenceAuc: number;
  /** Standard error of the difference between the two. */
  gainError: number;
  /**
   * How much more often than everybody the tenth least likely to return stayed away; and the tenth silent for longest.
   */
  lift: number;
  silenceLift: number;
  brier: number;
  calibrationError: number;
  bins: Bin[];
};

/** With fewer people, or fewer of either kind, a measure is meaningless. */
const MIN_PEOPLE = 30;
const MIN_OUTCOMES = 5;
const SLICE_PEOPLE = 200;
/** Exactly these cut-offs, if their horizon is over. */
export const CUTOFFS_AGO = [30, 60, 90] as const;

/**
 * Fits the model to the data known `ago` days before `today` and compares its predictions with the outcomes within the
 * horizon. Undefined with too little history, or while the horizon is not over.
 */
export function* trackedAt(
  histories: readonly History[],
  today: number,
  ago: number,
  horizon: number,
): Steps<Track | undefined> {
  if (horizon > ago) return undefined;
  const cutoff = today - ago;
  const model = yield* fittingModel(histories, cutoff, horizon);
  if (!model) return undefined;
  const [ours, silent]: [Scored[], Scored[]] = [[], []];
  let [named, namedAway] = [0, 0];
  for (const [i, { days }] of histories.entries()) {
    if (i % SLICE_PEOPLE === SLICE_PEOPLE - 1) yield;
    const known = days.slice(0, countUpTo(days, cutoff));
    const last = known.at(-1);
    if (last === undefined) continue;
    const { standing, probability } = assess(knownBy(model), known, cutoff);
    if (standing === "new" || standing === "gone" || probability === null) continue;
    const returned = isActiveWithin(days, cutoff, cutoff + horizon);
    ours.push({ score: probability, returned });
    silent.push({ score: last - cutoff, returned });
    if (standing !== "quiet") continue;
    named++;
    if (!returned) namedAway++;
  }
  const away = ours.filter(({ returned }) => !returned).length;
  if (ours.length < MIN_PEOPLE || Math.min(away, ours.length - away) < MIN_OUTCOMES) return undefined;
  return {
    ago,
    people: ours.length,
    away,
    named,
    namedAway,
    auc: auc(ours),
    silenceAuc: auc(silent),
    gainError: aucGain(ours, silent).error,
    lift: lift(ours),
    silenceLift: lift(silent),
    brier: brier(ours),
    calibrationError: calibrationError(ours),
    bins: calibrationBins(ours),
  };
}

/** A gain must be this many times its standard error to count. */
const ERRORS = 2;

/**
 * Whether the signal orders people better than days of silence alone, over all cut-offs, weighted by their people. They
 * are mostly the same people, so their errors are averaged and do not cancel.
 */
export function verdictOf(tracks: readonly Track[]): "better" | "no better" | "unknown" {
  const people = tracks.reduce((sum, track) => sum + track.people, 0);
  if (people === 0) return "unknown";
  const mean = (of: (track: Track) => number) =>
    tracks.reduce((sum, track) => sum + of(track) * track.people, 0) / people;
  const gain = mean((track) => track.auc - track.silenceAuc);
  return gain > ERRORS * mean(({ gainError }) => gainError) ? "better" : "no better";
}
