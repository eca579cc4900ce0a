import { DAYS_A_WEEK, isoDay, mondayOfWeek } from "@/lib/format/time";
import { STATES, type State } from "./states";

export const LIFECYCLE_SUBJECTS = ["identified", "everybody", "accounts"] as const;
/** Whom a chart counts. */
export type LifecycleSubject = (typeof LIFECYCLE_SUBJECTS)[number];

/** Summed moves of a day; `was` null for people not seen before. */
export type MoveCount = { day: number; was: State | null; became: State; people: number };

/**
 * A week: its Monday, the day of its states (its Sunday, or today), how many people are in each state, and how many
 * moved.
 */
export type LifecycleWeek = {
  monday: string;
  day: string;
  /** The week is not over: states are as of today. */
  unfinished: boolean;
  states: Record<State, number>;
  moves: { was: State | null; became: State; people: number }[];
};

/** A week by its Monday, and the day that counts for it: its Sunday, or today. */
export type WeekDay = { monday: number; day: number; unfinished: boolean };

/** The weeks from that of `from` to that of `to`, without those that start after today. */
export function weekDays(from: number, to: number, today: number): WeekDay[] {
  const days: WeekDay[] = [];
  for (let monday = mondayOfWeek(from); monday <= Math.min(to, today); monday += DAYS_A_WEEK) {
    const sunday = monday + DAYS_A_WEEK - 1;
    days.push({ monday, day: Math.min(sunday, today), unfinished: sunday >= today });
  }
  return days;
}

/** The weeks of `days` from moves. Moves from before the first week may be summed, under any earlier day. */
export function weeksOf(days: readonly WeekDay[], moves: readonly MoveCount[]): LifecycleWeek[] {
  const states = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
  const first = days[0]?.monday ?? Number.POSITIVE_INFINITY;
  const add = ({ was, became, people }: MoveCount) => {
    if (was) states[was] -= people;
    states[became] += people;
  };
  for (const move of moves) if (move.day < first) add(move);
  return days.map(({ monday, day, unfinished }) => {
    const own = moves.filter((move) => move.day === day && move.people > 0);
    for (const move of own) add(move);
    return {
      monday: isoDay(monday),
      day: isoDay(day),
      unfinished,
      states: { ...states },
      moves: own.map(({ was, became, people }) => ({ was, became, people })),
    };
  });
}

/**
 * A group of a week's moves on the screen, in files and in the API: from one of `was` (null: not seen before) to one of
 * `became`.
 */
export type StateFlow = { key: string; label: string; was: readonly (State | null)[]; became: readonly State[] };

export const STATE_FLOWS = [
  { key: "arrived", label: "New", was: [null], became: ["new"] },
  { key: "returned", label: "Came back", was: ["dormant"], became: ["resurrected"] },
  { key: "recovered", label: "Recovered", was: ["slipping"], became: ["active", "resurrected"] },
  { key: "slipped", label: "Began to slip", was: ["new", "active", "resurrected"], became: ["slipping"] },
  { key: "left", label: "Went dormant", was: ["new", "active", "slipping", "resurrected"], became: ["dormant"] },
] as const satisfies readonly StateFlow[];
export type FlowKey = (typeof STATE_FLOWS)[number]["key"];

export const flowOf = ({ moves }: LifecycleWeek, { was, became }: StateFlow): number =>
  moves.reduce((sum, move) => sum + (was.includes(move.was) && became.includes(move.became) ? move.people : 0), 0);

/** The change in the number of people, or accounts, that are not dormant since the end of the previous week. */
export const netOf = ({ moves }: LifecycleWeek): number =>
  moves.reduce((sum, { was, became, people }) => {
    const isHere = became !== "dormant";
    const wasHere = was !== null && was !== "dormant";
    return sum + (Number(isHere) - Number(wasHere)) * people;
  }, 0);

/** The period a chart shows, and as many weeks before it for comparison. */
export type LifecyclePeriod = { now: LifecycleWeek[]; before: LifecycleWeek[] };

export const splitPeriod = (weeks: readonly LifecycleWeek[], count: number): LifecyclePeriod => ({
  now: weeks.slice(-count),
  before: weeks.slice(0, -count),
});
