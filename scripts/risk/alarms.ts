import { assess, FLOOR_DAYS, HABIT_DAYS, knownBy } from "@/lib/risk/alarm";
import type { History, Past } from "@/lib/risk/history";
import type { Model } from "@/lib/risk/model";
import { usualGap } from "./baselines";

/**
 * A silence that began in the horizon after a cut-off, followed day by day for a horizon: when each rule first flags
 * it, and whether the flagged person then stayed away for another horizon.
 */
export type Silence = {
  /** It lasted longer than two horizons: somebody left. */
  isDeparture: boolean;
  /** Their usual gap between active days was a day. */
  isDaily: boolean;
  ours: boolean | null;
  before: boolean | null;
  /**
   * Days on which the probability fell to a new minimum, with the probability, and whether an alarm on that day was
   * right.
   */
  falls: [probability: number, isRight: boolean][];
};

/** Only people with a habit: both rules also flag others, who have no habit to fall out of. */
export function silencesAfter(histories: readonly History[], cutoff: number, model: Model): Silence[] {
  const { horizon } = model;
  const silences: Silence[] = [];
  for (const { days, events } of histories)
    for (let i = HABIT_DAYS - 1; i < days.length; i++) {
      const from = days[i] as number;
      if (from <= cutoff || from > cutoff + horizon) continue;
      const past = { days: days.slice(0, i + 1), events: events?.slice(0, i + 1) };
      silences.push(follow(past, days[i + 1] ?? Number.POSITIVE_INFINITY, model));
    }
  return silences;
}

function follow({ days, events }: Past, next: number, model: Model): Silence {
  const { horizon } = model;
  const from = days.at(-1) as number;
  const usual = usualGap(days);
  const ruleDay = Math.ceil(from + 3 * usual);
  const isRight = (day: number) => next > day + horizon;
  const silence: Silence = {
    isDeparture: next > from + 2 * horizon,
    isDaily: usual < 1.5,
    ours: null,
    before: ruleDay <= from + horizon && ruleDay < next ? isRight(ruleDay) : null,
    falls: [],
  };
  let least = 1;
  for (let day = from + 1; day <= from + horizon && day < next; day++) {
    const assessed = assess(knownBy(model), days, day, events);
    const probability = assessed.probability ?? 1;
    if (assessed.standing === "quiet") silence.ours ??= isRight(day);
    if (assessed.silence >= FLOOR_DAYS && probability < least) {
      least = probability;
      silence.falls.push([least, isRight(day)]);
    }
  }
  return silence;
}

export type AlarmFigures = { alarms: number; precision: number; recall: number };

export function figuresOf(silences: readonly Silence[], fired: (silence: Silence) => boolean | null): AlarmFigures {
  const named = silences.filter((silence) => fired(silence) !== null);
  const departures = silences.filter(({ isDeparture }) => isDeparture).length;
  return {
    alarms: named.length,
    precision: named.filter((silence) => fired(silence)).length / named.length,
    recall: named.filter(({ isDeparture }) => isDeparture).length / departures,
  };
}

/** Our alarms with the probability threshold at which they find as many departures as the old rule. */
export function atRecall(silences: readonly Silence[], recall: number): AlarmFigures {
  let figures = figuresOf(silences, () => null);
  for (let below = 0.01; below <= 1 && !(figures.recall >= recall); below += 0.01)
    figures = figuresOf(silences, ({ falls }) => falls.find(([probability]) => probability < below)?.[1] ?? null);
  return figures;
}
