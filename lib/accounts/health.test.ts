import fc from "fast-check";
import { expect, test } from "vitest";
import { HEALTH_STATES, type HealthFacts, healthOf, trendOf, usualWeek } from "./health";

const DAY_MS = 86_400_000;
const TODAY = Date.UTC(2026, 10, 27);
const facts = (of: Partial<HealthFacts>): HealthFacts => ({
  people: 10,
  active7: 5,
  active30: 6,
  weekPeople: [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1],
  firstSeen: TODAY - 200 * DAY_MS,
  lastSeen: TODAY,
  computedOn: TODAY,
  ...of,
});
const weeks = (usual: number, last: number): number[] => [...Array<number>(10).fill(usual), last, 0];

test.each<[string, Partial<HealthFacts>, string]>([
  ["nobody was ever active", { firstSeen: null, lastSeen: null }, "unseen: none of its people was ever active"],
  ["84 days of silence mean gone", { lastSeen: TODAY - 84 * DAY_MS }, "gone: nobody for 84 days"],
  [
    "a month counts as new",
    { firstSeen: TODAY - 29 * DAY_MS },
    "new: first seen 29 days ago, 5 of 10 active in 7 days",
  ],
  ["seen for the first time today", { firstSeen: TODAY }, "new: first seen today, 5 of 10 active in 7 days"],
  ["half of the usual number", { weekPeople: weeks(10, 5), active7: 5 }, "quiet: 5 people in 7 days, usually 10"],
  ["nobody is left", { weekPeople: weeks(3, 0), active7: 0 }, "quiet: nobody in 7 days, usually 3"],
  ["one of several", { weekPeople: weeks(3, 1), active7: 1 }, "quiet: 1 person in 7 days, usually 3"],
  ["a Monday is not silence", { weekPeople: weeks(5, 5), active7: 0 }, "steady: 6 of 10 active in 30 days"],
  ["nor is a holiday that has ended", { weekPeople: weeks(5, 0), active7: 5 }, "steady: 5 of 10 active in 7 days"],
  ["half as many again", { weekPeople: weeks(6, 9), active7: 9 }, "growing: 9 people in 7 days, up from 6"],
  ["one person more is not growth", { weekPeople: weeks(1, 2), active7: 2 }, "steady: 2 of 10 active in 7 days"],
  [
    "fewer than one person a week makes no usual week",
    { weekPeople: weeks(0, 0), active7: 0 },
    "steady: 6 of 10 active in 30 days",
  ],
])("%s", (_what, of, words) => {
  const { state, reason } = healthOf(facts(of));
  expect(`${state}: ${reason}`).toBe(words);
});

test("weeks before an account was first seen do not lower its usual week", () => {
  const young = facts({ firstSeen: TODAY - 35 * DAY_MS, weekPeople: [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6] });
  expect(usualWeek(young)).toBe(6);
  expect(trendOf(young)).toBe(-1);
});

test("every account has one state with a reason that states its numbers, and more people never make it quiet", () => {
  const count = fc.nat({ max: 50 });
  const any = fc.record({
    people: count,
    active7: count,
    active30: count,
    weekPeople: fc.array(count, { minLength: 12, maxLength: 12 }),
    firstSeen: fc.option(fc.integer({ min: TODAY - 400 * DAY_MS, max: TODAY })),
    lastSeen: fc.option(fc.integer({ min: TODAY - 200 * DAY_MS, max: TODAY + DAY_MS })),
    computedOn: fc.constant(TODAY),
  });
  fc.assert(
    fc.property(any, count, (one, more) => {
      const { state, reason } = healthOf(one);
      expect(HEALTH_STATES).toContain(state);
      expect(reason).not.toMatch(/NaN|undefined|-/);
      if (state !== "quiet") expect(healthOf({ ...one, active7: one.active7 + more }).state).not.toBe("quiet");
      if (state === "growing") expect(healthOf({ ...one, active7: one.active7 + more }).state).toBe("growing");
    }),
  );
});
