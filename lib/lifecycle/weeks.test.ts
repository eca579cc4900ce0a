import fc from "fast-check";
import { expect, test } from "vitest";
import { isSunday } from "@/lib/format/time";
import { cases } from "@/tests/support/cases";
import { STATES, stateRunsOf } from "./states";
import { movesOf } from "./states.store";
import { flowOf, type MoveCount, netOf, STATE_FLOWS, splitPeriod, weekDays, weeksOf } from "./weeks";

const RULE = {
  usualGapDays: 7,
  slippingGaps: 3,
  slippingMinDays: 5,
  slippingMaxDays: 45,
  dormantGaps: 9,
  dormantMinDays: 7,
  dormantMaxDays: 30,
};
const lives = fc.array(
  fc
    .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 30 })
    .map((days) => days.sort((a, b) => a - b)),
  { minLength: 1, maxLength: 20 },
);

const weeksOfLives = (all: number[][], from: number, to: number, today: number) => {
  const days = weekDays(from, to, today);
  const moves = all.flatMap((life) =>
    movesOf(
      stateRunsOf(
        life.filter((day) => day <= today),
        RULE,
      ),
      today,
    ),
  );
  const read = moves
    .filter(({ day }) => (isSunday(day) && day < (days[0]?.monday ?? 0)) || days.some((one) => one.day === day))
    .map((move): MoveCount => ({ ...move, people: 1 }));
  return weeksOf(days, read);
};

test("everybody seen so far is in one state each week, and the flows add up to the people who are not dormant", () => {
  fc.assert(
    fc.property(lives, fc.integer({ min: 0, max: 230 }), fc.integer({ min: 0, max: 230 }), (all, from, today) => {
      let here: number | null = null;
      for (const week of weeksOfLives(all, from, today, today)) {
        const day = Date.parse(week.day) / 86_400_000;
        const seen = all.filter((life) => (life[0] as number) <= day).length;
        expect(STATES.reduce((sum, state) => sum + week.states[state], 0)).toBe(seen);
        const [arrived, returned, , , left] = STATE_FLOWS.map((flow) => flowOf(week, flow)) as number[];
        const now = seen - week.states.dormant;
        if (here !== null) expect(netOf(week)).toBe(now - here);
        // Some came back and were present at both ends of the week: their net is zero.
        expect(netOf(week)).toBe((arrived as number) + (returned as number) - (left as number));
        expect(week.states.new).toBeGreaterThanOrEqual(arrived as number);
        if (!week.unfinished) expect(week.states.new).toBe(arrived);
        here = now;
      }
    }),
    { numRuns: cases(300) },
  );
});

test("no move is counted in two flows", () => {
  for (const was of [null, ...STATES])
    for (const became of STATES)
      expect(
        STATE_FLOWS.filter(
          (flow) =>
            flowOf(
              { monday: "", day: "", unfinished: false, states: {} as never, moves: [{ was, became, people: 1 }] },
              flow,
            ) > 0,
        ).length,
      ).toBeLessThanOrEqual(1);
});

test("weeks run from Monday to Sunday, the last one to today, and none starts later", () => {
  const thursday = Date.UTC(2026, 10, 26) / 86_400_000;
  expect(weekDays(thursday - 7, thursday + 30, thursday)).toEqual([
    { monday: thursday - 10, day: thursday - 4, unfinished: false },
    { monday: thursday - 3, day: thursday, unfinished: true },
  ]);
  expect(weekDays(thursday + 4, thursday + 30, thursday)).toEqual([]);
});

test("a period and the one before it have as many weeks", () => {
  const weeks = weeksOfLives([[0]], 0, 69, 69);
  const { now, before } = splitPeriod(weeks, 4);
  expect(now.map(({ monday }) => monday)).toEqual(weeks.slice(-4).map(({ monday }) => monday));
  expect(before.length).toBe(weeks.length - 4);
});
