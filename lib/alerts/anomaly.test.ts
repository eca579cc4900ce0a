import fc from "fast-check";
import { expect, test } from "vitest";
import { isUnusual, MIN_COMPARED_WEEKS, usualCountOf } from "./anomaly";

test("at least four weeks of history are needed", () => {
  expect(usualCountOf([10, 10, 10])).toBeNull();
  expect(usualCountOf([10, 10, 10, 10])).not.toBeNull();
});

test.each([
  [[100, 104, 96, 101, 99, 102], 139, false],
  [[100, 104, 96, 101, 99, 102], 141, true],
  [[100, 104, 96, 101, 99, 102], 60, true],
  [[100, 104, 96, 101, 99, 102], 61, false],
  [[3, 0, 2, 5], 0, false], // a few, or none, is chance
  [[3, 0, 2, 5], 12, true],
  [[0, 0, 0, 0], 4, false],
  [[0, 0, 0, 0], 5, true],
  [[50, 500, 60, 40, 55], 70, false], // one wild week changes little
  [[1000, 2000, 1500, 500, 1800], 0, false], // who varies a lot may vary
] as const)("after %o, %i is unusual: %s", (history, count, expected) => {
  const usual = usualCountOf(history);
  expect(usual && isUnusual(count, usual)).toBe(expected);
});

test("the median itself is always usual, order does not matter, and the lower bound never exceeds the upper one", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { minLength: MIN_COMPARED_WEEKS, maxLength: 8 }), (history) => {
      const usual = usualCountOf(history);
      if (!usual) throw new Error("there are enough weeks");
      expect(usual).toEqual(usualCountOf([...history].reverse()));
      expect(usual.low).toBeLessThanOrEqual(usual.high);
      const ordered = [...history].sort((a, b) => a - b);
      expect(isUnusual(ordered[Math.floor((ordered.length - 1) / 2)] ?? 0, { ...usual, low: 0 })).toBe(false);
    }),
  );
});
