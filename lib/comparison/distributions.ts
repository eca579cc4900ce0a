import { logGamma } from "@/lib/gamma";

/**
 * The distributions that comparisons need, tested against published tables. jStat and similar libraries would add a
 * thousand functions (docs/decisions/0066-comparison.md).
 */

/** The regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22, Lentz's method). */
export function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean; above it the symmetric one does.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let [c, d] = [1, 1 / nonZero(1 - ((a + b) * x) / (a + 1))];
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return front * fraction;
}

const nonZero = (x: number): number => (Math.abs(x) < 1e-300 ? 1e-300 : x);

/** P(|T| ≥ |t|) of Student's t with `df` degrees of freedom, which need not be whole. */
export const studentTails = (t: number, df: number): number => betaShare(df / (df + t * t), df / 2, 0.5);

/** The t that |T| exceeds with probability `tails`, by bisection: 60 halvings of an interval around it. */
export function studentCritical(tails: number, df: number): number {
  let [low, high] = [0, 1];
  while (studentTails(high, df) > tails && high < 1e9) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentTails(middle, df) > tails) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The normal distribution's 97.5 % quantile. */
export const Z95 = 1.959963984540054;
