import { type BgNbd, returnProbability } from "./bgnbd";
import { type DepthTable, depthOf } from "./depth";
import { endsWithin, type GapTable } from "./gaps";
import { countUpTo, type Past } from "./history";
import { logit } from "./logistic";
import { type WeekdayWeights, weekdayWeightsOf, weightBetween } from "./rhythm";

/**
 * The population's rhythm; each person's own is shrunk towards it. `depth`: the events of a usual active day, if known.
 */
export type RiskPopulation = { week: WeekdayWeights; bgnbd: BgNbd; gaps: GapTable; depth?: DepthTable };

/** A person's rhythm as of a day, in days weighted by their own week. */
export type Rhythm = {
  week: WeekdayWeights;
  /** Active days so far. */
  known: number;
  first: number;
  last: number;
  /** Weight of the days since the first and the last active one. */
  age: number;
  silence: number;
  /** Active days per weighted day, shrunk towards the population's. */
  rate: number;
};

/** The rhythm of somebody as of `cutoff`; undefined if they were never active until then. O(active days). */
export function rhythmOf(
  days: readonly number[],
  cutoff: number,
  { week: project, bgnbd }: RiskPopulation,
): Rhythm | undefined {
  const known = countUpTo(days, cutoff);
  if (known === 0) return undefined;
  const week = weekdayWeightsOf(days, project, known);
  const [first, last] = [days[0] as number, days[known - 1] as number];
  const age = weightBetween(week, first, cutoff);
  const rate = (bgnbd.r + known - 1) / (bgnbd.alpha + age);
  return { week, known, first, last, age, silence: weightBetween(week, last, cutoff), rate };
}

/** The regression's features, in the order of `regressionFeaturesOf`; all but the first are standardised. */
export const REGRESSION_FEATURES = [
  "constant",
  "own rate",
  "silence in own rhythm",
  "silence",
  "silence squared",
  "tenure",
  "BG/NBD",
  "own gaps",
  "active lately",
  "active within a horizon",
  "active in the horizon before",
  "active in two horizons before that",
  "active in four horizons before that",
  "active days",
  "one day only",
  "silence in own rhythm × active days",
  "silence in own rhythm × regularity",
  "overdue",
  "overdue × regularity",
  "events on an active day",
] as const;

/** The population's silences weigh as much as this many of a person's own. */
const PRIOR_GAPS = 2;

/** The features of a person at the end of `cutoff` for a return within `horizon` days. O(active days). */
export function regressionFeaturesOf(
  past: Past,
  cutoff: number,
  horizon: number,
  population: RiskPopulation,
  rhythm: Rhythm,
): number[] {
  const { days } = past;
  const { known, week, first, last, age, silence, rate } = rhythm;
  const ahead = weightBetween(week, cutoff, cutoff + horizon);
  const summary = { repeats: known - 1, last: weightBetween(week, first, last), age };
  const recency = Math.log1p(rate * silence);
  const repeats = Math.log1p(known - 1);
  const quarter = Math.max(1, Math.round(horizon / 4));
  const until = [quarter, horizon, 2 * horizon, 4 * horizon, 8 * horizon].map((back) => countUpTo(days, cutoff - back));
  const windows = until.map((count, i) => Math.log1p((i === 0 ? known : (until[i - 1] as number)) - count));
  const own = ownGaps(days, known, week, silence, ahead);
  const mean = rate > 0 ? 1 / rate : 1;
  const relativeSilence = Math.log1p(silence / horizon);
  const regular = regularity(own, mean, known);
  const overdue = Math.log1p((silence * (population.bgnbd.r + known - 1)) / (population.bgnbd.alpha + summary.last));
  return [
    1,
    Math.log(rate * ahead),
    recency,
    relativeSilence,
    relativeSilence * relativeSilence,
    Math.log1p(age / horizon),
    logit(returnProbability(population.bgnbd, summary, ahead)),
    logit((own.ended + PRIOR_GAPS * endsWithin(population.gaps, silence, ahead)) / (own.reached + PRIOR_GAPS)),
    ...windows,
    repeats,
    known === 1 ? 1 : 0,
    recency * repeats,
    recency * regular,
    Math.max(0, overdue - Math.LN2),
    Math.max(0, overdue - Math.LN2) * regular,
    depthOf(past, known, population.depth),
  ];
}

type OwnGaps = { reached: number; ended: number; sum: number; squares: number };

/**
 * How many previous silences reached the length of the current one, and how many of those ended within another `ahead`.
 */
function ownGaps(
  days: readonly number[],
  known: number,
  week: WeekdayWeights,
  silence: number,
  ahead: number,
): OwnGaps {
  const own = { reached: 0, ended: 0, sum: 0, squares: 0 };
  for (let i = 1; i < known; i++) {
    const gap = weightBetween(week, days[i - 1] as number, days[i] as number);
    own.sum += gap;
    own.squares += gap * gap;
    if (gap <= silence) continue;
    own.reached++;
    if (gap <= silence + ahead) own.ended++;
  }
  return own;
}

/** Near 1 for somebody whose gaps are all alike, 0.5 for random visits; shrunk towards that by four gaps. */
function regularity({ sum, squares }: OwnGaps, usual: number, known: number): number {
  const gaps = known - 1;
  if (gaps === 0) return 0.5;
  const mean = sum / gaps;
  const spread = Math.max(0, squares / gaps - mean * mean);
  const square = (spread * gaps + 4 * usual * usual) / (mean * mean * gaps + 4 * usual * usual);
  return 1 / (1 + square);
}
