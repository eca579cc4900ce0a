import { expect, test } from "vitest";
import { cases, someCases } from "@/tests/support/cases";
import { type CountedMean, type CountedShare, compareRows } from "./compared-rows";

/**
 * Simulated projects with a known truth, seeded: the same numbers in every run. Bounds are four standard errors wide,
 * so that another seed would pass as well.
 */

const RUNS = cases(someCases(250, 1_000));

type Groups = { a: number; b: number };
/** A behaviour shown by the share `a` of group A and `b` of B. */
type Truth = { a: number; b: number };

test("without effects at most 5 % of projects show any row at all", () => {
  const random = randomFrom(1);
  const sizes: Groups[] = [
    { a: 400, b: 400 },
    { a: 60, b: 900 },
  ];
  for (const size of sizes) {
    let showing = 0;
    for (let run = 0; run < RUNS; run++) {
      const rows = Array.from({ length: 40 }, (_, i) => {
        const share = [0.02, 0.1, 0.4, 0.8][i % 4] as number;
        return shareRow(random, `event ${i}`, size, { a: share, b: share });
      });
      const means = Array.from({ length: 4 }, (_, i) => meanRow(random, `mean ${i}`, size, { a: 3, b: 3 }));
      if (compareRows(rows, means).clear.length > 0) showing++;
    }
    expect(showing / RUNS).toBeLessThan(0.05 + 4 * standardError(0.05));
  }
}, 60_000);

test("without effects at most 5 % of projects show a row, even if rows are correlated (an event and its properties)", () => {
  const random = randomFrom(2);
  let showing = 0;
  for (let run = 0; run < RUNS; run++) {
    const size = { a: 300, b: 500 };
    const rows = Array.from({ length: 10 }, (_, i) => {
      const whole = shareRow(random, `event ${i}`, size, { a: 0.5, b: 0.5 });
      const part = (of: { had: number; people: number }) => ({
        people: of.people,
        had: binomial(random, of.had, 0.7),
      });
      const values = ["x", "y", "z"].map((value) => ({ ...whole, value, a: part(whole.a), b: part(whole.b) }));
      return [whole, ...values];
    }).flat();
    if (compareRows(rows, []).clear.length > 0) showing++;
  }
  expect(showing / RUNS).toBeLessThan(0.05 + 4 * standardError(0.05));
}, 60_000);

test("planted effects are found with the right sign, and 95 % of intervals contain the truth", () => {
  const random = randomFrom(3);
  const truths: Truth[] = [
    { a: 0.72, b: 0.31 },
    { a: 0.1, b: 0.22 },
    { a: 0.03, b: 0.12 },
    { a: 0.95, b: 0.8 },
  ];
  const size = { a: 800, b: 600 };
  let [found, wrong, held, mistaken, shown] = [0, 0, 0, 0, 0];
  for (let run = 0; run < RUNS; run++) {
    const planted = truths.map((truth, i) => shareRow(random, `planted ${i}`, size, truth));
    const noise = Array.from({ length: 40 }, (_, i) => shareRow(random, `noise ${i}`, size, { a: 0.3, b: 0.3 }));
    const { clear, unclear } = compareRows([...planted, ...noise], []);
    for (const row of clear) {
      shown++;
      if (row.key.startsWith("noise")) mistaken++;
      else if (Math.sign(row.difference) !== Math.sign(truthOf(row.key))) wrong++;
      else found++;
    }
    for (const row of [...clear, ...unclear].filter(({ key }) => key.startsWith("planted"))) {
      const truth = truthOf(row.key);
      if (row.low <= truth && truth <= row.high) held++;
    }
  }
  const all = RUNS * truths.length;
  expect(wrong).toBe(0);
  expect(found / all).toBeGreaterThan(0.99);
  expect(Math.abs(held / all - 0.95)).toBeLessThan(4 * standardError(0.05, all) + 0.005);
  expect(mistaken / shown).toBeLessThan(0.05 + 4 * standardError(0.05, shown));
  function truthOf(key: string): number {
    const { a, b } = truths[Number(key.slice("planted ".length))] as Truth;
    return a - b;
  }
}, 60_000);

test("Welch's interval contains the difference of skewed counts in 95 % of projects", () => {
  const random = randomFrom(4);
  let held = 0;
  for (let run = 0; run < RUNS; run++) {
    const { clear, unclear } = compareRows([], [meanRow(random, "visits", { a: 300, b: 150 }, { a: 5, b: 2 })]);
    const [row] = [...clear, ...unclear];
    if (row && row.low <= 3 && 3 <= row.high) held++;
  }
  expect(Math.abs(held / RUNS - 0.95)).toBeLessThan(4 * standardError(0.05) + 0.005);
}, 60_000);

test("rows with too few people, and groups that are too small, are neither shown nor tested", () => {
  const rare = row("rare", { had: 8, people: 500 }, { had: 0, people: 500 });
  const nearlyAll = row("nearly all", { had: 500, people: 500 }, { had: 494, people: 500 });
  const small = row("small group", { had: 9, people: 9 }, { had: 50, people: 500 });
  expect(compareRows([rare, nearlyAll, small], [])).toEqual({ clear: [], unclear: [] });
});

const standardError = (p: number, n = RUNS): number => Math.sqrt((p * (1 - p)) / n);

const row = (key: string, a: CountedShare["a"], b: CountedShare["b"]): CountedShare => ({ kind: "event", key, a, b });

const shareRow = (random: () => number, key: string, size: Groups, truth: Truth): CountedShare =>
  row(
    key,
    { had: binomial(random, size.a, truth.a), people: size.a },
    { had: binomial(random, size.b, truth.b), people: size.b },
  );

/** Geometric counts from 1 on, as visits are, with that mean. */
function meanRow(random: () => number, key: string, size: Groups, truth: Truth): CountedMean {
  const of = (people: number, mean: number) => {
    const values = Array.from(
      { length: people },
      () => 1 + (mean === 1 ? 0 : Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean))),
    );
    const found = values.reduce((sum, x) => sum + x, 0) / people;
    return { people, mean: found, variance: values.reduce((sum, x) => sum + (x - found) ** 2, 0) / (people - 1) };
  };
  return { kind: "activity", key, a: of(size.a, truth.a), b: of(size.b, truth.b) };
}

/** Cumulative probabilities of each count of `n` people, by "n p": one draw per group instead of one per person. */
const distributions = new Map<string, Float64Array>();

function distributionOf(n: number, p: number): Float64Array {
  const key = `${n} ${p}`;
  let upTo = distributions.get(key);
  if (!upTo) {
    upTo = new Float64Array(n + 1);
    let log = n * Math.log1p(-p);
    for (let k = 0, sum = 0; k <= n; k++) {
      sum += Math.exp(log);
      upTo[k] = sum;
      log += Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p));
    }
    distributions.set(key, upTo);
  }
  return upTo;
}

function binomial(random: () => number, n: number, p: number): number {
  const [upTo, drawn] = [distributionOf(n, p), random()];
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] as number) > drawn) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
