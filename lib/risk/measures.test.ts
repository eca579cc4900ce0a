import { expect, test } from "vitest";
import { auc, brier, calibrationBins, calibrationError, lift } from "./measures";

test("the measures say what they mean", () => {
  const all = [0.1, 0.4, 0.35, 0.8].map((score, i) => ({ score, returned: i % 2 === 1 }));
  expect(auc(all)).toBe(1);
  expect(auc(all.map(({ returned }) => ({ score: 1, returned })))).toBe(0.5);
  expect(brier(all)).toBeCloseTo((0.01 + 0.36 + 0.1225 + 0.04) / 4, 10);
  expect(lift(all, 0.5)).toBe(2);
  const fair = Array.from({ length: 1_000 }, (_, i) => ({
    score: (i % 10) / 10,
    returned: Math.floor(i / 10) % 10 < i % 10,
  }));
  expect(calibrationError(fair)).toBeCloseTo(0, 10);
  expect(calibrationBins(fair).map(({ people }) => people)).toEqual(new Array(10).fill(100));
});
