import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaShare, studentCritical, studentTails } from "./distributions";
import { adjustPValues, compareMeans, compareShares, fisher, shareDifference, wilson } from "./statistics";

const share = (had: number, people: number) => ({ had, people });

describe("against published values", () => {
  test("the incomplete beta function (SciPy 1.17)", () => {
    expect(betaShare(0.5, 2, 3)).toBeCloseTo(0.6875, 12);
  });

  test("Student's t (the usual table)", () => {
    expect([1, 2, 10, 30, 120].map((df) => studentCritical(0.05, df).toFixed(3))).toEqual([
      "12.706",
      "4.303",
      "2.228",
      "2.042",
      "1.980",
    ]);
    expect(studentCritical(0.05, 2.5)).toBeCloseTo(3.5746548420036834, 9);
    expect(studentCritical(0.05, 1e6)).toBeCloseTo(1.9599663568141072, 8);
    expect(studentTails(5, 3.7)).toBeCloseTo(0.009163967644893314, 12);
    expect(studentTails(-0.3, 25.5)).toBeCloseTo(0.7666091381422644, 12);
  });

  test("Wilson's interval (Newcombe 1998, Two-sided intervals for the single proportion, table I)", () => {
    const rounded = (had: number, people: number) => {
      const { low, high } = wilson(share(had, people));
      return [low.toFixed(4), high.toFixed(4)];
    };
    expect(rounded(81, 263)).toEqual(["0.2553", "0.3662"]);
    expect(rounded(15, 148)).toEqual(["0.0624", "0.1605"]);
    expect(rounded(0, 20)).toEqual(["0.0000", "0.1611"]);
    expect(rounded(1, 29)).toEqual(["0.0061", "0.1718"]);
  });

  test("Newcombe's interval of a difference (Newcombe 1998, Interval estimation for the difference, table II)", () => {
    const rounded = (a: [number, number], b: [number, number]) => {
      const { low, high } = shareDifference(share(...a), share(...b));
      return [low.toFixed(4), high.toFixed(4)];
    };
    expect(rounded([56, 70], [48, 80])).toEqual(["0.0524", "0.3339"]);
    expect(rounded([9, 10], [3, 10])).toEqual(["0.1705", "0.8090"]);
    expect(rounded([6, 7], [2, 7])).toEqual(["0.0582", "0.8062"]);
    expect(rounded([5, 56], [0, 29])).toEqual(["-0.0381", "0.1926"]);
    expect(rounded([0, 10], [0, 20])).toEqual(["-0.1611", "0.2775"]);
    expect(rounded([10, 10], [0, 10])).toEqual(["0.6075", "1.0000"]);
  });

  test("Fisher's exact test (SciPy 1.17's fisher_exact)", () => {
    const cases: [number, number, number, number, number][] = [
      [8, 10, 1, 6, 0.034965034965034975],
      [720, 1000, 310, 1000, 5.44375433914036e-77],
      [0, 50, 5, 5000, 1],
      [30, 20000, 12, 20000, 0.007883872562649335],
      [14400, 20000, 14250, 20000, 0.09841905646457551],
      [3, 7, 4, 12, 1],
      [1, 3, 9, 10000, 0.002996402338974379],
      [20000, 20000, 19990, 20000, 0.0019509284484657166],
    ];
    for (const [x, n, y, m, p] of cases) expect(fisher(share(x, n), share(y, m)) / p).toBeCloseTo(1, 6);
  });

  test("Welch's test and interval (SciPy 1.17's ttest_ind)", () => {
    const tested = compareMeans(momentsOf([1, 2, 3, 4, 10]), momentsOf([2, 2, 3, 1, 0, 1, 1]));
    expect(tested.p).toBeCloseTo(0.18138896067294927, 10);
    expect(tested.low).toBeCloseTo(-1.7660832245221716, 9);
    expect(tested.high).toBeCloseTo(6.908940367379314, 9);
  });

  test("Benjamini and Hochberg's own example: 4 of 15 at 5 %", () => {
    const ps = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    expect(adjustPValues(ps).filter((p) => p <= 0.05)).toHaveLength(4);
    const mixed = adjustPValues([0.01, 0.04, 0.03, 0.5, 0.001, 0.2]);
    expect(mixed.map((p) => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.5, 0.006, 0.24]);
  });
});

const table = fc
  .record({ n: fc.integer({ min: 1, max: 3_000 }), m: fc.integer({ min: 1, max: 3_000 }) })
  .chain(({ n, m }) =>
    fc.record({
      a: fc.integer({ min: 0, max: n }).map((had) => share(had, n)),
      b: fc.integer({ min: 0, max: m }).map((had) => share(had, m)),
    }),
  );

describe("for any two groups", () => {
  test("the interval contains the difference and stays between −1 and 1", () => {
    fc.assert(
      fc.property(table, ({ a, b }) => {
        const { difference, low, high } = shareDifference(a, b);
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(high).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test("swapping the groups flips the sign and nothing else", () => {
    fc.assert(
      fc.property(table, ({ a, b }) => {
        const [one, other] = [compareShares(a, b), compareShares(b, a)];
        expect(one.difference).toBeCloseTo(-other.difference, 12);
        expect(one.low).toBeCloseTo(-other.high, 12);
        expect(one.effect).toBeCloseTo(-other.effect, 12);
        expect(one.p).toBeCloseTo(other.p, 8);
      }),
    );
  });

  test("Fisher's p equals the sum over every table", () => {
    const small = fc.record({ n: fc.integer({ min: 1, max: 40 }), m: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(small, fc.nat(40), fc.nat(40), ({ n, m }, x, y) => {
        const [a, b] = [share(Math.min(x, n), n), share(Math.min(y, m), m)];
        expect(fisher(a, b)).toBeCloseTo(plainFisher(a.had, n, b.had, m), 9);
      }),
    );
  });

  test("more people with the same shares narrow the interval and lower p", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 2, max: 8 }), ({ a, b }, k) => {
        const larger = compareShares(share(a.had * k, a.people * k), share(b.had * k, b.people * k));
        const { low, high } = shareDifference(a, b);
        expect(larger.high - larger.low).toBeLessThan(high - low);
      }),
    );
  });

  test("adjusted values keep the order, are no smaller, and do not depend on the input order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (ps) => {
        const values = adjustPValues(ps);
        for (const [i, p] of ps.entries()) expect(values[i]).toBeGreaterThanOrEqual(p * (1 - 1e-15));
        const byP = ps.map((p, i) => [p, values[i]] as [number, number]).sort((x, y) => x[0] - y[0] || x[1] - y[1]);
        for (const [i, [, value]] of byP.entries()) expect(value).toBeGreaterThanOrEqual((byP[i - 1] ?? [0, 0])[1]);
        expect(adjustPValues([...ps].reverse()).reverse()).toEqual(values);
      }),
    );
  });
});

/** By definition, table by table, in exact integers. */
function plainFisher(x: number, n: number, y: number, m: number): number {
  const had = x + y;
  const ways = (k: number) => choose(n, k) * choose(m, had - k);
  const ours = ways(x);
  let [sum, all] = [0n, 0n];
  for (let k = Math.max(0, had - m); k <= Math.min(n, had); k++) {
    all += ways(k);
    if (ways(k) <= ours) sum += ways(k);
  }
  return Number((sum * 10n ** 15n) / all) / 1e15;
}

function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}

function momentsOf(values: number[]) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance, people: values.length };
}
