import { DAYS_A_WEEK, isoDay, weekOf } from "./moves";
import { STATES, type State } from "./states";

export const WHO = ["everybody", "identified"] as const;
/** Whom the chart counts. */
export type Who = (typeof WHO)[number];

/** Summed moves of a day, of people `was` null who had not been seen. */
export type MoveCount = { day: number; was: State | null; became: State; people: number };

/** A week: its Monday, the day its states are of (its Sunday, or today), how many are in each state, and who moved. */
export type Week = {
  monday: string;
  day: string;
  /** It is not over: states are of today. */
  unfinished: boolean;
  states: Record<State, number>;
  moves: { was: State | null; became: State; people: number }[];
};

/** A week by its Monday, and the day that counts of it: its Sunday, or today. */
export type WeekDay = { monday: number; day: number; unfinished: boolean };

/** `from`, `to`: any days of the first and the last week; none that begins after today. */
export function weekDays(from: number, to: number, today: number): WeekDay[] {
  const days: WeekDay[] = [];
  for (let monday = weekOf(from); monday <= Math.min(to, today); monday += DAYS_A_WEEK) {
    const sunday = monday + DAYS_A_WEEK - 1;
    days.push({ monday, day: Math.min(sunday, today), unfinished: sunday >= today });
  }
  return days;
}

/** Weeks from moves: those before the first of `days` have any day before it. */
export function weeksOf(days: readonly WeekDay[], moves: readonly MoveCount[]): Week[] {
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

/** How many moved into a state during a week, wherever from. */
export const into = ({ moves }: Week, state: State): number =>
  moves.reduce((sum, { became, people }) => sum + (became === state ? people : 0), 0);

/** How many are in touch, that is neither slipping nor dormant. */
export const inTouch = ({ states }: Week): number => states.new + states.active + states.resurrected;
