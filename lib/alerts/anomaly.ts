/** How many weeks of the same weekday a day is compared with, and how many are required. */
export const COMPARED_WEEKS = 8;
export const MIN_COMPARED_WEEKS = 4;
/** How many spreads from the median a count must be to be unusual. */
const SPREADS = 4;
/** The factor from the median absolute deviation to the standard deviation of a normal distribution. */
const TO_DEVIATION = 1.4826;

export type UsualCount = { low: number; high: number };

/**
 * The usual range of a weekday's counts (docs/alerts.md): their median plus or minus four times their spread. The
 * spread is at least what chance alone causes at that size. null for fewer than MIN_COMPARED_WEEKS.
 */
export function usualCountOf(history: readonly number[]): UsualCount | null {
  if (history.length < MIN_COMPARED_WEEKS) return null;
  const middle = median(history);
  const deviation = TO_DEVIATION * median(history.map((count) => Math.abs(count - middle)));
  const spread = Math.max(deviation, Math.sqrt(middle), 1);
  return {
    low: Math.max(0, Math.ceil(middle - SPREADS * spread)),
    high: Math.floor(middle + SPREADS * spread),
  };
}

export const isUnusual = (count: number, { low, high }: UsualCount): boolean => count < low || count > high;

function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const half = Math.floor(ordered.length / 2);
  const [below = 0, above = 0] = [ordered[half - 1], ordered[half]];
  return ordered.length % 2 === 1 ? above : (below + above) / 2;
}
