import { type ActivitySummary, type BgNbd, expectedVisits, returnProbability } from "@/lib/risk/bgnbd";
import { countUpTo, type History } from "@/lib/risk/history";
import { fitLogistic, sigmoid } from "@/lib/risk/logistic";

/** How many of somebody's days a baseline sees: those up to `cutoff`. */
export type Baseline = {
  name: string;
  scores: (known: readonly History[], cutoff: number, horizon: number) => number[];
};

const lastDay = ({ days }: History) => days.at(-1) as number;

/** Median of the gaps between active days; 14 / 3 with fewer than three, as in the old rule. */
export function usualGap(days: readonly number[]): number {
  if (days.length < 4) return 14 / 3;
  const gaps = days.slice(1).map((day, i) => day - (days[i] as number));
  gaps.sort((a, b) => a - b);
  const middle = gaps.length >> 1;
  return gaps.length % 2 === 1
    ? (gaps[middle] as number)
    : ((gaps[middle - 1] as number) + (gaps[middle] as number)) / 2;
}

export const activitySummaryOf = ({ days }: History, cutoff: number): ActivitySummary => ({
  repeats: days.length - 1,
  last: (days.at(-1) as number) - (days[0] as number),
  age: cutoff - (days[0] as number),
});

/** Fifths by rank, 1 to 5; ties share theirs. */
function fifths(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => 1 + Math.min(4, Math.floor((5 * countBelow(sorted, value)) / values.length)));
}

const countBelow = (sorted: readonly number[], value: number) => countUpTo(sorted, value - 1e-9);

const daysSilent: Baseline = {
  name: "days silent",
  scores: (known, cutoff) => known.map((history) => lastDay(history) - cutoff),
};

/** Greater means more likely to return. */
export const BASELINES: readonly Baseline[] = [
  daysSilent,
  { name: "frequency", scores: (known) => known.map(({ days }) => days.length) },
  {
    name: "silence over usual gap",
    scores: (known, cutoff) => known.map((history) => (lastDay(history) - cutoff) / usualGap(history.days)),
  },
  {
    name: "RFM (sum of fifths)",
    scores: (known, cutoff, horizon) => {
      const recency = fifths(known.map(lastDay));
      const frequency = fifths(known.map(({ days }) => days.length));
      // Days carry no money: activity in the last horizon stands for it.
      const recentActivity = fifths(known.map(({ days }) => days.length - countUpTo(days, cutoff - horizon)));
      return known.map((_, i) => (recency[i] as number) + (frequency[i] as number) + (recentActivity[i] as number));
    },
  },
];

/** A baseline's scores as probabilities: a logistic curve through its scores and outcomes of an earlier cut-off. */
export function probabilitiesBy(scores: readonly number[], outcomes: readonly boolean[]): (score: number) => number {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const scale = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length) || 1;
  const coefficients = fitLogistic(
    {
      width: 2,
      rows: Float64Array.from(scores.flatMap((score) => [1, (score - mean) / scale])),
      outcomes: Uint8Array.from(outcomes.map(Number)),
      weights: new Float64Array(scores.length).fill(1),
    },
    [0, 1],
  );
  return (score) => sigmoid((coefficients[0] as number) + (coefficients[1] as number) * ((score - mean) / scale));
}

export const bgNbdScores = (model: BgNbd, known: readonly History[], cutoff: number, horizon: number) => ({
  rank: known.map((history) => expectedVisits(model, activitySummaryOf(history, cutoff), horizon)),
  probability: known.map((history) => returnProbability(model, activitySummaryOf(history, cutoff), horizon)),
});
