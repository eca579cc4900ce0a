import { assess, basisOf, FLOOR_DAYS, HABIT_DAYS } from "@/lib/risk/alarm";
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
  ours: FiredAlarm | null;
  before: FiredAlarm | null;
  /** The days on which an alarm was possible, with the probability. */
  chances: (FiredAlarm & { probability: number })[];
};

/** `after`: days of silence until it fired. */
export type FiredAlarm = { after: number; isRight: boolean };

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
  const alarmOn = (day: number): FiredAlarm => ({ after: day - from, isRight: next > day + horizon });
  const silence: Silence = {
    isDeparture: next > from + 2 * horizon,
    isDaily: usual < 1.5,
    ours: null,
    before: ruleDay <= from + horizon && ruleDay < next ? alarmOn(ruleDay) : null,
    chances: [],
  };
  for (let day = from + 1; day <= from + horizon && day < next; day++) {
    const assessed = assess(basisOf(model), days, day, events);
    if (assessed.standing === "quiet") silence.ours ??= alarmOn(day);
    if (assessed.silence >= FLOOR_DAYS)
      silence.chances.push({ probability: assessed.probability ?? 1, ...alarmOn(day) });
  }
  return silence;
}

/** `after`: the middle of the days of silence until they fired. */
export type AlarmFigures = { alarms: number; precision: number; recall: number; after: number };

export function figuresOf(silences: readonly Silence[], fired: (silence: Silence) => FiredAlarm | null): AlarmFigures {
  const named = silences.flatMap((silence) => {
    const alarm = fired(silence);
    return alarm ? [{ ...alarm, isDeparture: silence.isDeparture }] : [];
  });
  const departures = silences.filter(({ isDeparture }) => isDeparture).length;
  const waits = named.map(({ after }) => after).sort((a, b) => a - b);
  return {
    alarms: named.length,
    precision: named.filter(({ isRight }) => isRight).length / named.length,
    recall: named.filter(({ isDeparture }) => isDeparture).length / departures,
    after: waits[waits.length >> 1] ?? Number.NaN,
  };
}

/**
 * Our alarms with the lowest threshold of probability at which they find as many departures as the old rule, none
 * before `wait` days of silence.
 */
export function atRecall(silences: readonly Silence[], recall: number, wait = 0): AlarmFigures {
  const departures = silences.filter(({ isDeparture }) => isDeparture).length;
  // Flagged once their lowest probability falls below the threshold.
  const least = silences
    .filter(({ isDeparture }) => isDeparture)
    .map(({ chances }) => Math.min(1, ...chances.filter(({ after }) => after >= wait).map((one) => one.probability)))
    .sort((a, b) => a - b);
  const wanted = Math.ceil(recall * departures - 1e-9);
  const below = wanted === 0 ? Number.NEGATIVE_INFINITY : (least[wanted - 1] ?? 1);
  return figuresOf(
    silences,
    ({ chances }) => chances.find(({ after, probability }) => after >= wait && probability <= below) ?? null,
  );
}
