import { fittingBgNbd } from "./bgnbd";
import { depthTable } from "./depth";
import { REGRESSION_FEATURES, type Rhythm, type RiskPopulation, regressionFeaturesOf, rhythmOf } from "./features";
import { gapCounter } from "./gaps";
import { countUpTo, type History, isActiveWithin, type Past, sampleOf } from "./history";
import { type Design, dot, fittingLogistic, sigmoid } from "./logistic";
import { projectWeekdayWeights, weekdayWeightsOf, weightBetween } from "./rhythm";
import { runToEnd, type Steps } from "./steps";

/** The fitted model of a project; plain numbers, so that it can be stored. */
export type Model = {
  /** The model predicts an active day within this many days. */
  horizon: number;
  /** The regression looks this many days ahead; the horizon consists of several such steps. */
  step: number;
  steps: number;
  population: RiskPopulation;
  means: number[];
  scales: number[];
  coefficients: number[];
  /** Slope and intercept that recalibrate the regression's logit by the outcomes of the last horizon. */
  calibration: [slope: number, intercept: number];
  /** The number of outcomes it was fitted to. */
  rows: number;
};

/** The most people a model is fitted to; more would not improve it. */
const MAX_PEOPLE = 20_000;
/** The most people that BG/NBD's four parameters are fitted to. */
const MAX_BGNBD_PEOPLE = 4_000;
const MAX_CUTOFFS = 8;
/** People processed between two yields: some milliseconds. */
const SLICE_PEOPLE = 500;
/**
 * The history spans at least this many steps of the regression: a longer horizon consists of several steps, so that
 * every length of silence it runs through was observed with its outcome.
 */
const STEPS_IN_HISTORY = 8;
/** Standardised features are clamped to this: nobody's history is extrapolated far beyond the fitted data. */
const MAX_DEVIATION = 6;
/** Precision, in outcomes, of the normal priors on standardised coefficients and on the calibration. */
const RIDGE = 40;
const CALIBRATION_PRECISION = 50;
/** With fewer outcomes of either kind no model is fitted. */
export const MIN_OUTCOMES = 30;

/**
 * Fits a model of who is active within `horizon` days to `histories`, using only days up to and including `today`: at
 * earlier cut-offs, whose outcomes lie before today, with features as of then. Undefined with too little data.
 * Deterministic. O(people × days × cut-offs), at most 20,000 people.
 */
export const fitModel = (histories: readonly History[], today: number, horizon: number): Model | undefined =>
  runToEnd(fittingModel(histories, today, horizon));

/** The same in steps of some milliseconds. */
export function* fittingModel(histories: readonly History[], today: number, horizon: number): Steps<Model | undefined> {
  const known = histories.filter(({ days }) => days.length > 0 && (days[0] as number) <= today);
  if (known.length < 2 * MIN_OUTCOMES) return undefined;
  const people = sampleOf(known, MAX_PEOPLE);
  const first = people.reduce((least, { days }) => Math.min(least, days[0] as number), today);
  const span = today - first + 1;
  const steps = Math.max(1, Math.ceil((STEPS_IN_HISTORY * horizon) / span));
  const step = Math.ceil(horizon / steps);
  const cutoffs = cutoffsOf(today, step, first);
  const latest = cutoffs[0];
  if (latest === undefined) return undefined;
  const population = yield* populationAt(people, latest);
  const { width, rows, outcomes, weights, means, scales, newestRows } = yield* designOf(
    people,
    cutoffs,
    step,
    population,
  );
  const positives = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  if (Math.min(positives, outcomes.length - positives) < MIN_OUTCOMES) return undefined;
  const precision = Array.from({ length: width }, (_, i) => (i === 0 ? 0 : RIDGE));
  const design = { width, rows, outcomes, weights };
  const coefficients = yield* fittingLogistic(design, precision);
  // If the horizon has several steps, outcomes of one step are too short to calibrate it.
  const calibration: [number, number] = steps === 1 ? yield* calibrate(design, coefficients, newestRows) : [1, 0];
  return { horizon, step, steps, population, means, scales, coefficients, calibration, rows: outcomes.length };
}

/** With fewer histories, an adapted model takes BG/NBD and gaps from the original population. */
const MIN_POPULATION = 2 * MIN_OUTCOMES;
/** The prior's precision of an adapted model's constant, low so that the overall return rate is learnt quickly. */
const CONSTANT_PRECISION = 4;

/**
 * The model of one population of a project, its people, adapted to another, its accounts: with the same features and
 * steps, and coefficients with a normal prior around those of `prior` (docs/risk.md). Many histories outweigh the
 * prior; with few or none, the model hardly changes. Only uses the days up to and including `today`.
 */
export const adaptModel = (prior: Model, histories: readonly History[], today: number): Model =>
  runToEnd(adaptingModel(prior, histories, today));

/** The same in steps of some milliseconds. */
export function* adaptingModel(prior: Model, histories: readonly History[], today: number): Steps<Model> {
  const people = sampleOf(
    histories.filter(({ days }) => days.length > 0 && (days[0] as number) <= today),
    MAX_PEOPLE,
  );
  const first = people.reduce((least, { days }) => Math.min(least, days[0] as number), today);
  const cutoffs = cutoffsOf(today, prior.step, first);
  const latest = cutoffs[0];
  if (latest === undefined) return { ...prior, population: { ...prior.population, depth: depthTable(people, today) } };
  // Accounts have more events a day than people, so they are compared with accounts, however few.
  const population =
    people.length < MIN_POPULATION
      ? { ...prior.population, depth: depthTable(people, latest) }
      : yield* populationAt(people, latest);
  const design = yield* designOf(people, cutoffs, prior.step, population, prior);
  const [slope, intercept] = prior.calibration;
  const centre = prior.coefficients.map((value, i) => slope * value + (i === 0 ? intercept : 0));
  const precision = centre.map((_, i) => (i === 0 ? CONSTANT_PRECISION : RIDGE));
  const coefficients = yield* fittingLogistic(design, precision, centre);
  const calibration: [number, number] =
    prior.steps === 1 ? yield* calibrate(design, coefficients, design.newestRows) : [1, 0];
  return { ...prior, population, coefficients, calibration, rows: design.outcomes.length };
}

/**
 * Days whose next `step` days are over, newest first, spread over all weekdays, with at least `step` days of history.
 */
function cutoffsOf(today: number, step: number, first: number): number[] {
  const half = Math.max(1, Math.ceil(step / 2));
  const spacing = half % 7 === 0 ? half + 1 : half;
  const cutoffs: number[] = [];
  for (let at = today - step; at >= first + step && cutoffs.length < MAX_CUTOFFS; at -= spacing) cutoffs.push(at);
  return cutoffs;
}

/** The population's rhythm, from the days up to `cutoff` only. */
function* populationAt(histories: readonly History[], cutoff: number): Steps<RiskPopulation> {
  const week = projectWeekdayWeights(histories, cutoff);
  const counter = gapCounter();
  const summaries = [];
  for (const [i, { days }] of histories.entries()) {
    if (i % SLICE_PEOPLE === SLICE_PEOPLE - 1) yield;
    const known = countUpTo(days, cutoff);
    if (known === 0) continue;
    const own = weekdayWeightsOf(days, week, known);
    const first = days[0] as number;
    const last = days[known - 1] as number;
    for (let i = 1; i < known; i++) counter.ended(weightBetween(own, days[i - 1] as number, days[i] as number));
    counter.lasting(weightBetween(own, last, cutoff));
    summaries.push({
      repeats: known - 1,
      last: weightBetween(own, first, last),
      age: weightBetween(own, first, cutoff),
    });
  }
  const bgnbd = yield* fittingBgNbd(sampleOf(summaries, MAX_BGNBD_PEOPLE));
  return { week, bgnbd, gaps: counter.table(), depth: depthTable(histories, cutoff) };
}

function* designOf(
  people: readonly History[],
  cutoffs: readonly number[],
  step: number,
  population: RiskPopulation,
  scaling?: Scaling,
): Steps<Design & { means: number[]; scales: number[]; newestRows: number }> {
  const width = REGRESSION_FEATURES.length;
  const values: number[] = [];
  const outcomes: number[] = [];
  /** How many rows are of the newest cut-off; they come first. */
  let newestRows = 0;
  for (const cutoff of cutoffs) {
    for (const [i, person] of people.entries()) {
      if (i % SLICE_PEOPLE === SLICE_PEOPLE - 1) yield;
      const { days } = person;
      const rhythm = rhythmOf(days, cutoff, population);
      if (!rhythm) continue;
      for (const value of regressionFeaturesOf(person, cutoff, step, population, rhythm)) values.push(value);
      outcomes.push(isActiveWithin(days, cutoff, cutoff + step) ? 1 : 0);
    }
    newestRows ||= outcomes.length;
  }
  const rows = Float64Array.from(values);
  const { means, scales } = standardise(rows, width, scaling);
  return {
    width,
    rows,
    means,
    scales,
    newestRows,
    outcomes: Uint8Array.from(outcomes),
    weights: new Float64Array(outcomes.length).fill(1),
  };
}

type Scaling = { means: readonly number[]; scales: readonly number[] };

/** Standardises each column but the first in place, to mean 0 and deviation 1 or by the given scaling. */
function standardise(rows: Float64Array, width: number, scaling?: Scaling) {
  const means = new Array<number>(width).fill(0);
  const scales = new Array<number>(width).fill(1);
  for (let column = 1; column < width; column++) {
    const own = scaling ? undefined : momentsOf(rows, width, column);
    const mean = own?.mean ?? (scaling?.means[column] as number);
    const scale = own?.scale ?? (scaling?.scales[column] as number);
    [means[column], scales[column]] = [mean, scale];
    for (let i = column; i < rows.length; i += width) rows[i] = scaled(rows[i] as number, mean, scale);
  }
  return { means, scales };
}

function momentsOf(rows: Float64Array, width: number, column: number): { mean: number; scale: number } {
  const count = rows.length / width;
  let [sum, squares] = [0, 0];
  for (let i = column; i < rows.length; i += width) sum += rows[i] as number;
  const mean = sum / count;
  for (let i = column; i < rows.length; i += width) squares += ((rows[i] as number) - mean) ** 2;
  const scale = Math.sqrt(squares / count);
  return { mean, scale: scale > 1e-9 ? scale : 1 };
}

const scaled = (value: number, mean: number, scale: number) =>
  Math.max(-MAX_DEVIATION, Math.min(MAX_DEVIATION, (value - mean) / scale));

/** Platt's slope and intercept by the outcomes of the newest cut-off, held near 1 and 0. */
function* calibrate(design: Design, coefficients: readonly number[], newestRows: number): Steps<[number, number]> {
  const scores = Array.from({ length: newestRows }, (_, row) => dot(design.rows, coefficients, row * design.width));
  const [slope = 1, intercept = 0] = yield* fittingLogistic(
    {
      width: 2,
      rows: Float64Array.from(scores.flatMap((score) => [score, 1])),
      outcomes: design.outcomes.slice(0, newestRows),
      weights: design.weights.slice(0, newestRows),
    },
    [CALIBRATION_PRECISION, CALIBRATION_PRECISION],
    [1, 0],
  );
  return [Math.max(0.5, Math.min(2, slope)), intercept];
}

/** The probability of an active day in the `step` days after `cutoff`, if the person stays silent until then. */
function stepProbability(model: Model, past: Past, cutoff: number, rhythm: Rhythm): number {
  const features = regressionFeaturesOf(past, cutoff, model.step, model.population, rhythm);
  const row = features.map((value, i) =>
    i === 0 ? value : scaled(value, model.means[i] as number, model.scales[i] as number),
  );
  const [slope, intercept] = model.calibration;
  return sigmoid(slope * dot(row, model.coefficients) + intercept);
}

/**
 * The probability of an active day within the horizon after `today`; undefined for somebody never active. `events`: how
 * many each of the days had, if known.
 */
export function returnWithinHorizon(
  model: Model,
  days: readonly number[],
  today: number,
  events?: readonly number[],
): number | undefined {
  const known = countUpTo(days, today);
  const past = known < days.length ? days.slice(0, known) : days;
  let silent = 1;
  for (let k = 0; k < model.steps; k++) {
    const cutoff = today + k * model.step;
    const rhythm = rhythmOf(past, cutoff, model.population);
    if (!rhythm) return undefined;
    const p = stepProbability(model, { days: past, events }, cutoff, rhythm);
    // The last step may reach beyond the horizon.
    const share = Math.min(1, (model.horizon - k * model.step) / model.step);
    silent *= (1 - p) ** share;
  }
  return 1 - silent;
}
