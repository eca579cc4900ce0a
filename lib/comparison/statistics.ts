import { logGamma } from "@/lib/gamma";
import { studentCritical, studentTails, Z95 } from "./distributions";

/**
 * One measure of two independent groups: how large the difference is, how certain, and whether chance explains it.
 * Pure. docs/comparison.md gives formulas and sources.
 */

/** `had` of `people` people. */
export type Share = { had: number; people: number };
export type Mean = { mean: number; variance: number; people: number };
/** A difference A − B (shares 0 to 1) with its 95 % interval. */
export type Difference = { difference: number; low: number; high: number };
/** `p`: two-sided. `effect`: in standard deviations, so that shares and means can be ranked together. */
export type Tested = Difference & { p: number; effect: number };

/** Wilson's score interval of one share (Wilson 1927). */
export function wilson({ had, people }: Share): { low: number; high: number } {
  if (people === 0) return { low: 0, high: 1 };
  const [share, z2] = [had / people, Z95 * Z95];
  const middle = share + z2 / (2 * people);
  const half = Z95 * Math.sqrt((share * (1 - share)) / people + z2 / (4 * people * people));
  const scale = 1 + z2 / people;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

/** The difference of two shares with Newcombe's hybrid score interval (Newcombe 1998, method 10). */
export function shareDifference(a: Share, b: Share): Difference {
  const [p, q] = [shareOf(a), shareOf(b)];
  const [ofA, ofB] = [wilson(a), wilson(b)];
  const difference = p - q;
  return {
    difference,
    low: difference - Math.hypot(p - ofA.low, ofB.high - q),
    high: difference + Math.hypot(ofA.high - p, q - ofB.low),
  };
}

export const shareOf = ({ had, people }: Share): number => (people === 0 ? 0 : had / people);

/** Cohen's h: the difference on the scale on which a share's standard error does not depend on the share. */
export const cohensH = (p: number, q: number): number => 2 * Math.asin(Math.sqrt(p)) - 2 * Math.asin(Math.sqrt(q));

export const compareShares = (a: Share, b: Share): Tested => ({
  ...shareDifference(a, b),
  p: fisher(a, b),
  effect: cohensH(shareOf(a), shareOf(b)),
});

/** Terms below this fraction of the largest no longer change the sum. */
const NEGLIGIBLE = 1e-18;
/** Terms that differ only by rounding count as equal, as in R's fisher.test. */
const TIE = 1e-7;

/**
 * Fisher's exact test, two-sided: the probability, both margins given, of every table at most as likely as this one.
 * Exact for any size, so rare behaviours need no special case. O(standard deviation of the count).
 */
export function fisher(a: Share, b: Share): number {
  const [had, people] = [a.had + b.had, a.people + b.people];
  const [lowest, highest] = [Math.max(0, had - b.people), Math.min(a.people, had)];
  if (lowest === highest) return 1;
  const log = (x: number) => logChoose(a.people, x) + logChoose(b.people, had - x) - logChoose(people, had);
  const mode = Math.min(highest, Math.max(lowest, Math.floor(((had + 1) * (a.people + 1)) / (people + 2))));
  const limit = log(a.had) + TIE;
  // Terms decrease from the mode outwards, so the tail begins at the first one at most as likely as ours.
  const below = firstWithin(mode - lowest + 1, (i) => log(mode - i) <= limit);
  const above = firstWithin(highest - mode + 1, (i) => log(mode + i) <= limit);
  if (below === 0) return 1;
  /** The ratio of a term to the one before it. */
  const ratio = (x: number) => ((a.people - x + 1) * (had - x + 1)) / (x * (b.people - had + x));
  let p = 0;
  if (mode - below >= lowest) p += tailSum(Math.exp(log(mode - below)), mode - below, lowest, (x) => 1 / ratio(x + 1));
  if (mode + above <= highest) p += tailSum(Math.exp(log(mode + above)), mode + above, highest, ratio);
  return Math.min(1, p);
}

/** The sum of the terms from `from` to `to`, each computed from the previous one by `ratio`, as long as they matter. */
function tailSum(first: number, from: number, to: number, ratio: (x: number) => number): number {
  const step = Math.sign(to - from);
  let [sum, term] = [first, first];
  for (let x = from; x !== to && term > sum * NEGLIGIBLE; ) {
    x += step;
    term *= ratio(x);
    sum += term;
  }
  return sum;
}

/** The smallest i below n for which `holds`, which stays true once it is; n if there is none. */
function firstWithin(n: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);
const logFactorial = (n: number): number => (n < 2 ? 0 : logGamma(n + 1));

/**
 * The difference of two means: Welch's t-test (1947) and its interval, unequal variances. `effect`: Cohen's d with the
 * average of both groups' variances. Without any variance a difference cannot be tested: p is 1.
 */
export function compareMeans(a: Mean, b: Mean): Tested {
  const difference = a.mean - b.mean;
  const [va, vb] = [a.variance / a.people, b.variance / b.people];
  const squared = va + vb;
  if (!(squared > 0) || a.people < 2 || b.people < 2)
    return { difference, low: difference, high: difference, p: 1, effect: 0 };
  const df = (squared * squared) / ((va * va) / (a.people - 1) + (vb * vb) / (b.people - 1));
  const half = studentCritical(0.05, df) * Math.sqrt(squared);
  return {
    difference,
    low: difference - half,
    high: difference + half,
    p: studentTails(difference / Math.sqrt(squared), df),
    effect: difference / Math.sqrt((a.variance + b.variance) / 2),
  };
}

/**
 * Benjamini and Hochberg's (1995) adjusted p-values, in input order: of the rows whose adjusted value is at most q, on
 * average at most the share q is due to chance.
 */
export function adjustPValues(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => (ps[j] as number) - (ps[i] as number));
  const result = new Array<number>(ps.length);
  let minimum = 1;
  for (const [k, i] of order.entries()) {
    minimum = Math.min(minimum, ((ps[i] as number) * ps.length) / (ps.length - k));
    result[i] = minimum;
  }
  return result;
}
