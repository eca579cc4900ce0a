/** A prediction for somebody and the outcome: `score` (greater: more likely to return) and whether they did. */
export type Scored = { score: number; returned: boolean };

/**
 * The probability that somebody who returned has a greater score than somebody who did not; ties count half. NaN
 * without both.
 */
export function auc(all: readonly Scored[]): number {
  const sorted = [...all].sort((a, b) => a.score - b.score);
  let [ranks, positives] = [0, 0];
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (j < sorted.length && sorted[j]?.score === sorted[i]?.score) j++;
    for (let k = i; k < j; k++)
      if (sorted[k]?.returned) {
        ranks += (i + 1 + j) / 2;
        positives++;
      }
    i = j;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (all.length - positives));
}

/**
 * The difference of two scores' AUC for the same people, and its standard error (DeLong, DeLong and Clarke-Pearson
 * 1988). O(n log n).
 */
export function aucGain(ones: readonly Scored[], others: readonly Scored[]): { gain: number; error: number } {
  const [a, b] = [placementsOf(ones), placementsOf(others)];
  const [returned, away] = [true, false].map((side) =>
    ones.flatMap(({ returned: hasReturned }, i) => (hasReturned === side ? [(a[i] as number) - (b[i] as number)] : [])),
  ) as [number[], number[]];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: number[]) => {
    const centre = mean(values);
    return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1);
  };
  return {
    gain: mean(returned),
    error: Math.sqrt(variance(returned) / returned.length + variance(away) / away.length),
  };
}

/** For each person, the share of the other kind that they are on the correct side of; ties count half. */
function placementsOf(all: readonly Scored[]): number[] {
  const sorted = [true, false].map((side) =>
    Float64Array.from(all.flatMap(({ score, returned }) => (returned === side ? [score] : []))).sort(),
  ) as [Float64Array, Float64Array];
  return all.map(({ score, returned }) => {
    const others = sorted[returned ? 1 : 0];
    const below = (countBelow(others, score, false) + countBelow(others, score, true)) / 2 / others.length;
    return returned ? below : 1 - below;
  });
}

/** How many of the sorted values are less than `value`, or equal to it. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] as number;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Mean squared error of probabilities. */
export const brier = (all: readonly Scored[]): number =>
  all.reduce((sum, { score, returned }) => sum + (score - (returned ? 1 : 0)) ** 2, 0) / all.length;

/** A tenth of the people by probability: their number, the average prediction, and the outcome. */
export type Bin = { people: number; predicted: number; observed: number };

/** Ten bins of equally many people, least probable first. */
export function calibrationBins(all: readonly Scored[], count = 10): Bin[] {
  const sorted = [...all].sort((a, b) => a.score - b.score);
  return Array.from({ length: count }, (_, i) => {
    const some = sorted.slice(Math.floor((i * all.length) / count), Math.floor(((i + 1) * all.length) / count));
    return {
      people: some.length,
      predicted: some.reduce((sum, { score }) => sum + score, 0) / some.length,
      observed: some.filter(({ returned }) => returned).length / some.length,
    };
  }).filter(({ people }) => people > 0);
}

/** Expected calibration error: the distance of predictions from outcomes, averaged over the bins' people. */
export const calibrationError = (all: readonly Scored[]): number =>
  calibrationBins(all).reduce((sum, bin) => sum + bin.people * Math.abs(bin.predicted - bin.observed), 0) / all.length;

/** How much more often the `share` of people with the lowest scores stayed away than people overall. */
export function lift(all: readonly Scored[], share = 0.1): number {
  const away = all.filter(({ returned }) => !returned).length / all.length;
  const sorted = [...all].sort((a, b) => a.score - b.score);
  const lowest = sorted.slice(0, Math.max(1, Math.round(all.length * share)));
  return lowest.filter(({ returned }) => !returned).length / lowest.length / away;
}
