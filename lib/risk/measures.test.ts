import { expect, test } from "vitest";
import { auc, aucGain, brier, calibrationBins, calibrationError, lift } from "./measures";

test("the measures match their definitions", () => {
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

test("a gain is the difference of two AUCs, and rarely exceeds two standard errors by chance", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  let beyond = 0;
  for (let trial = 0; trial < 400; trial++) {
    const all = Array.from({ length: 80 }, () => ({
      one: random(),
      other: Math.floor(random() * 9),
      returned: random() < 0.4,
    }));
    const [ones, others] = [
      all.map(({ one, returned }) => ({ score: one, returned })),
      all.map(({ other, returned }) => ({ score: other, returned })),
    ];
    const { gain, error } = aucGain(ones, others);
    expect(gain).toBeCloseTo(auc(ones) - auc(others), 10);
    if (gain > 2 * error) beyond++;
  }
  expect(beyond).toBeLessThan(400 * 0.05);
  expect(beyond).toBeGreaterThan(0);
});
