/** What was said of somebody and what came: `score` (greater: likelier to return) and whether they did. */
export type Scored = { score: number; returned: boolean };

/** The probability that somebody who returned has the greater score; ties count half. NaN without both. */
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

/** Mean squared error of probabilities. */
export const brier = (all: readonly Scored[]): number =>
  all.reduce((sum, { score, returned }) => sum + (score - (returned ? 1 : 0)) ** 2, 0) / all.length;

/** A tenth of the people by probability: how many there are, what was said of them on average, and what came. */
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

/** Expected calibration error: how far what was said is from what came, averaged over the bins' people. */
export const calibrationError = (all: readonly Scored[]): number =>
  calibrationBins(all).reduce((sum, bin) => sum + bin.people * Math.abs(bin.predicted - bin.observed), 0) / all.length;

/** How much more often those of the `share` with the least scores stayed away than everybody did. */
export function lift(all: readonly Scored[], share = 0.1): number {
  const away = all.filter(({ returned }) => !returned).length / all.length;
  const sorted = [...all].sort((a, b) => a.score - b.score);
  const named = sorted.slice(0, Math.max(1, Math.round(all.length * share)));
  return named.filter(({ returned }) => !returned).length / named.length / away;
}
