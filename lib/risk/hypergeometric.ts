const MAX_TERMS = 2_000;

/** Gauss's ₂F₁(a, b; c; z) for 0 ≤ z < 1 and c > 0, by its series; at most 2,000 terms. */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < MAX_TERMS; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    if (Math.abs(term) < 1e-12 * Math.abs(sum)) break;
  }
  return sum;
}
