/**
 * A person's lifecycle states, by one rule over the UTC days on which they were active (docs/lifecycle.md). Pure: a day
 * is a number of days since 1970. Accounts follow the same rule over their own days.
 */

export const STATES = ["new", "active", "slipping", "dormant", "resurrected"] as const;
export type State = (typeof STATES)[number];

/** The code of no state, in moves of somebody not seen before. */
export const UNSEEN = 0;
/** The code of a state in the tables. */
export const codeOf = (state: State | null): number => (state === null ? UNSEEN : STATES.indexOf(state) + 1);
export const stateOf = (code: number): State | null => STATES[code - 1] ?? null;

/**
 * For how many days somebody counts as new or resurrected: a week, so that the chart counts each of them at the end of
 * one.
 */
export const FRESH_DAYS = 7;
/** A habit is computed from at most this many of the latest gaps, and PRIOR_GAPS of the population's. */
const HABIT_GAPS = 20;
const PRIOR_GAPS = 2;

/** The thresholds of a project; `usualGapDays` is the population's. */
export type LifecycleRule = {
  usualGapDays: number;
  /** Silence counts as slipping after this many of one's usual gaps, but not before `…MinDays` nor after `…MaxDays`. */
  slippingGaps: number;
  slippingMinDays: number;
  slippingMaxDays: number;
  dormantGaps: number;
  dormantMinDays: number;
  dormantMaxDays: number;
};

/** The days [since, until) of one state; `until` is null for the last state, which silence never ends. */
export type StateRun = { state: State; since: number; until: number | null };

/**
 * A person's habit as of one of their days: the usual gap, and the silence after which they are slipping and dormant.
 */
export type Habit = { gapDays: number; slippingAfter: number; dormantAfter: number };

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), Math.max(min, max));

/** Dormant is always later than slipping and never within the week in which somebody is new or resurrected. */
function habitOf(sumOfLogs: number, gaps: number, rule: LifecycleRule): Habit {
  const prior = Math.log(Math.max(1, rule.usualGapDays));
  const gapDays = Math.exp((PRIOR_GAPS * prior + sumOfLogs) / (PRIOR_GAPS + gaps));
  const after = (times: number, min: number, max: number) => clamp(Math.ceil(times * gapDays), min, max);
  const slippingAfter = after(rule.slippingGaps, rule.slippingMinDays, rule.slippingMaxDays);
  const dormant = after(rule.dormantGaps, rule.dormantMinDays, rule.dormantMaxDays);
  return { gapDays, slippingAfter, dormantAfter: Math.max(dormant, slippingAfter + 1, FRESH_DAYS) };
}

/** An active day, the habit as of it, and which of being new and resurrected begins on it. */
type Step = { day: number; habit: Habit; fresh: "new" | "resurrected" | null };

/**
 * Each active day with its habit: the geometric mean of gaps, which one holiday among daily visits hardly changes. A
 * gap counts for at most the longest threshold of dormancy, so that the habit adapts within a few gaps when somebody
 * slows down.
 */
function stepsOf(days: readonly number[], rule: LifecycleRule): Step[] {
  const steps: Step[] = [];
  const logs: number[] = [];
  let sum = 0;
  let before: Step | undefined;
  for (const day of days) {
    let fresh: Step["fresh"] = "new";
    if (before) {
      const gap = day - before.day;
      // A return on the day dormancy would have started is in time.
      fresh = gap > before.habit.dormantAfter ? "resurrected" : null;
      const log = Math.log(Math.min(gap, Math.max(rule.dormantMaxDays, rule.dormantMinDays)));
      logs.push(log);
      sum += log - (logs.length > HABIT_GAPS ? (logs[logs.length - 1 - HABIT_GAPS] as number) : 0);
    }
    before = { day, habit: habitOf(sum, Math.min(logs.length, HABIT_GAPS), rule), fresh };
    steps.push(before);
  }
  return steps;
}

/**
 * A life as runs of states, oldest first and without gaps, from the first active day on. `days`: distinct and
 * ascending. Each state only depends on the days up to it, so a later day changes nothing earlier. O(days).
 */
export function stateRunsOf(days: readonly number[], rule: LifecycleRule): StateRun[] {
  const steps = stepsOf(days, rule);
  const runs: StateRun[] = [];
  const add = (state: State, since: number, until: number | null) => {
    if (until !== null && since >= until) return;
    const last = runs.at(-1);
    if (last?.state === state) last.until = until;
    else runs.push({ state, since, until });
  };
  let freshUntil = 0;
  let freshState: State = "new";
  for (const [i, { day, habit, fresh }] of steps.entries()) {
    if (fresh) [freshState, freshUntil] = [fresh, day + FRESH_DAYS];
    const next = steps[i + 1]?.day ?? null;
    const upTo = (end: number) => (next === null ? end : Math.min(end, next));
    // Being new or resurrected takes precedence over silence.
    const slipping = Math.max(day + habit.slippingAfter, freshUntil);
    const dormant = day + habit.dormantAfter;
    add(freshState, day, upTo(freshUntil));
    add("active", Math.max(day, freshUntil), upTo(slipping));
    add("slipping", slipping, upTo(dormant));
    add("dormant", dormant, next);
  }
  return runs;
}

/** The state on a day, given the days up to it; null before the first. */
export function stateOn(days: readonly number[], on: number, rule: LifecycleRule): State | null {
  const known = days.filter((day) => day <= on);
  return runAt(stateRunsOf(known, rule), on)?.state ?? null;
}

export const runAt = (runs: readonly StateRun[], on: number): StateRun | undefined =>
  runs.find(({ since, until }) => since <= on && (until === null || on < until));

/** The habit as of the last of `days`; null if there are none. */
export const habitAfter = (days: readonly number[], rule: LifecycleRule): Habit | null =>
  stepsOf(days, rule).at(-1)?.habit ?? null;
