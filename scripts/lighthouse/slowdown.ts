/** Lighthouse's own slowdown, which turns a fast desktop computer into a mid-tier phone. */
export const DEFAULT_SLOWDOWN = 4;

/**
 * The processor slowdown with which this machine is a mid-tier phone, by Lighthouse's BenchmarkIndex: a slow machine
 * needs less than the default, a fast one gets no more. Source: "Calibrating the CPU slowdown" in Lighthouse's
 * docs/throttling.md; its ranges are 125 to 800 for such a phone (1x), 800 to 1,200 (2x), 1,000 to 1,500 (2x to 3x).
 */
export function slowdownOf(index: number): number {
  const slowdown = index < 800 ? 1 + Math.max(0, index - 150) / 650 : 2 + (index - 800) / 500;
  return Math.min(DEFAULT_SLOWDOWN, Math.round(10 * slowdown) / 10);
}
