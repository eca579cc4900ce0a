import fc from "fast-check";
import { expect, test } from "vitest";
import { logGamma } from "./gamma";

test("ln Γ agrees with published values (SciPy 1.17)", () => {
  expect(logGamma(0.3)).toBeCloseTo(1.0957979948180756, 12);
  expect(logGamma(4.5)).toBeCloseTo(2.4537365708424423, 12);
  expect(logGamma(20_001)).toBeCloseTo(178075.6217371987, 8);
});

test("ln Γ satisfies Γ(x + 1) = x Γ(x) and gives the factorials", () => {
  expect(logGamma(6)).toBeCloseTo(Math.log(120), 10);
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 300, noNaN: true }), (x) => {
      expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), 7);
    }),
  );
});
