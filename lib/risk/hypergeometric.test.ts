import { expect, test } from "vitest";
import { hypergeometric } from "./hypergeometric";

test("₂F₁ agrees with its closed forms", () => {
  // ₂F₁(1, 1; 2; z) = −ln(1 − z) / z, and ₂F₁(a, b; b; z) = (1 − z)^−a.
  for (const z of [0.1, 0.5, 0.9]) {
    expect(hypergeometric(1, 1, 2, z)).toBeCloseTo(-Math.log(1 - z) / z, 8);
    expect(hypergeometric(0.7, 2.5, 2.5, z)).toBeCloseTo((1 - z) ** -0.7, 8);
  }
});
