import { logGamma } from "@/lib/gamma";
import { hypergeometric } from "./hypergeometric";
import { minimise } from "./minimise";
import { runToEnd, type Steps } from "./steps";

/**
 * BG/NBD (Fader, Hardie and Lee 2005): while alive somebody visits at their own rate λ ~ Gamma(r, α); after each visit
 * they leave for good with their own probability p ~ Beta(a, b).
 */
export type BgNbd = { r: number; alpha: number; a: number; b: number };

/**
 * The model's summary of a history: visits after the first, and the times of the last one and of now since the first.
 */
export type ActivitySummary = { repeats: number; last: number; age: number };

/** Logs of the parameters stay within this of their start. */
const MAX_LOG = 9;
const MAX_CALLS = 400;
/**
 * Weight of a normal prior on the logs of the parameters, a tenth of a person's evidence each; it keeps them finite.
 */
const PRIOR = 0.1;

/** The maximum a posteriori fit to `people`. O(people × 400). */
export const fitBgNbd = (people: readonly ActivitySummary[]): BgNbd => runToEnd(fittingBgNbd(people));

/** The same in steps of some milliseconds. */
export function* fittingBgNbd(people: readonly ActivitySummary[]): Steps<BgNbd> {
  const meanAge = people.reduce((sum, { age }) => sum + age, 0) / Math.max(1, people.length) || 1;
  const loss = (logs: readonly number[]) => {
    if (logs.some((log) => Math.abs(log) > MAX_LOG)) return Number.POSITIVE_INFINITY;
    const model = toModel(logs, meanAge);
    let sum = 0;
    for (const log of logs) sum += (PRIOR * log * log) / 2;
    const constants = constantsOf(model);
    for (const person of people) sum -= logLikelihood(model, constants, person);
    return sum;
  };
  return toModel(yield* minimise(loss, [0, 0, 0, 0], 0.5, MAX_CALLS), meanAge);
}

const toModel = ([r = 0, alpha = 0, a = 0, b = 0]: readonly number[], unit: number): BgNbd => ({
  r: Math.exp(r),
  alpha: Math.exp(alpha) * unit,
  a: Math.exp(a),
  b: Math.exp(b),
});

const constantsOf = ({ r, alpha, a, b }: BgNbd) => r * Math.log(alpha) - logGamma(r) + logGamma(a + b) - logGamma(b);

function logLikelihood(
  { r, alpha, a, b }: BgNbd,
  constants: number,
  { repeats: x, last, age }: ActivitySummary,
): number {
  const alive = -(r + x) * Math.log(alpha + age);
  const left = x > 0 ? Math.log(a / (b + x - 1)) - (r + x) * Math.log(alpha + last) : Number.NEGATIVE_INFINITY;
  const top = Math.max(alive, left);
  const either = top + Math.log(Math.exp(alive - top) + Math.exp(left - top));
  return constants + logGamma(r + x) + logGamma(b + x) - logGamma(a + b + x) + either;
}

/** The probability that somebody has not left yet. */
export function aliveProbability({ r, alpha, a, b }: BgNbd, { repeats: x, last, age }: ActivitySummary): number {
  if (x === 0) return 1;
  const odds = (a / (b + x - 1)) * ((alpha + age) / (alpha + last)) ** (r + x);
  return 1 / (1 + odds);
}

/** The probability of a visit in the next `horizon`: of being alive, and of a visit at the posterior rate. */
export function returnProbability(model: BgNbd, person: ActivitySummary, horizon: number): number {
  const { r, alpha } = model;
  const silent = ((alpha + person.age) / (alpha + person.age + horizon)) ** (r + person.repeats);
  return aliveProbability(model, person) * (1 - silent);
}

/** Expected number of visits in the next `horizon`. */
export function expectedVisits(model: BgNbd, person: ActivitySummary, horizon: number): number {
  const { r, alpha, b } = model;
  // The closed form has a pole at a = 1 that cancels; step aside.
  const a = Math.abs(model.a - 1) < 1e-6 ? 1 + 1e-6 : model.a;
  const { repeats: x, age } = person;
  const z = horizon / (alpha + age + horizon);
  // (1 - z)^(r + x) ₂F₁(r + x, b + x; a + b + x - 1; z) by Euler's transformation: unlike the paper's series, it needs
  // no more terms as the horizon outgrows the age.
  const series = (1 - z) ** (a - 1) * hypergeometric(a + b - 1 - r, a - 1, a + b + x - 1, z);
  const factor = (a + b + x - 1) / (a - 1);
  return factor * (1 - series) * aliveProbability(model, person);
}
