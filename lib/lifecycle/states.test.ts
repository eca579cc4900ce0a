import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSunday, mondayOfWeek } from "@/lib/format/time";
import { cases, someCases } from "@/tests/support/cases";
import {
  FRESH_DAYS,
  type Habit,
  habitAfter,
  type LifecycleRule,
  runAt,
  STATES,
  type State,
  stateOn,
  stateRunsOf,
} from "./states";
import { movesOf } from "./states.store";

const RULE: LifecycleRule = {
  usualGapDays: 7,
  slippingGaps: 3,
  slippingMinDays: 5,
  slippingMaxDays: 45,
  dormantGaps: 9,
  dormantMinDays: 21,
  dormantMaxDays: 90,
};

const days = fc
  .uniqueArray(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 60 })
  .map((some) => some.sort((a, b) => a - b));
/** Any thresholds the settings allow, including minimums above maximums. */
const rule = fc.record({
  usualGapDays: fc.double({ min: 1, max: 60, noNaN: true }),
  slippingGaps: fc.integer({ min: 1, max: 20 }),
  slippingMinDays: fc.integer({ min: 1, max: 60 }),
  slippingMaxDays: fc.integer({ min: 1, max: 60 }),
  dormantGaps: fc.integer({ min: 1, max: 60 }),
  dormantMinDays: fc.integer({ min: 7, max: 90 }),
  dormantMaxDays: fc.integer({ min: 7, max: 90 }),
});
const check = (property: (days: number[], rule: LifecycleRule) => void, numRuns = someCases(200, 500)) =>
  fc.assert(fc.property(days, rule, property), { numRuns: cases(numRuns) });

const every = (step: number, times: number, from = 0): number[] =>
  Array.from({ length: times }, (_, i) => from + i * step);
const weekdays = every(1, 60).filter((day) => day % 7 < 5);

test.each([
  ["the day of the first visit is new", [100], 100, "new"],
  ["the seventh day still is", [100], 106, "new"],
  ["after that, somebody who came once is active within the population's habit", [100], 107, "active"],
  ["slipping after three of its gaps", [100], 121, "slipping"],
  ["and dormant after nine", [100], 163, "dormant"],
  ["somebody who comes every day is slipping on the fifth day of silence", every(1, 40), 44, "slipping"],
  ["but not on the fourth", every(1, 40), 43, "active"],
  ["and dormant after three weeks", every(1, 40), 60, "dormant"],
  ["a weekend is not silence for somebody who works Monday to Friday", weekdays, 55 + 7 + 3, "slipping"],
  ["nor is the Monday after it", weekdays, 49 + 7, "active"],
  ["somebody who comes every two weeks is not slipping at the fourth week", every(14, 12), 154 + 28, "active"],
  ["but at the end of the sixth week", every(14, 12), 154 + 42, "slipping"],
  ["coming back from dormancy is resurrected", [...every(1, 40), 90], 90, "resurrected"],
  ["for a week", [...every(1, 40), 90], 96, "resurrected"],
  ["and after that like anybody", [...every(1, 40), 90, 95], 97, "active"],
  ["coming back from slipping is just active", [...every(1, 40), 50], 50, "active"],
] as const)("%s", (_guarantee, given, on, state) => expect(stateOn(given, on, RULE)).toBe(state));

test.each([
  ["every day", every(1, 30)],
  ["every 2 days", every(2, 30)],
  ["once a week", every(7, 30)],
  ["every two weeks", every(14, 30)],
  ["once a month", every(30, 30)],
  ["seen once, in a population that comes once a week", [0]],
])("docs/lifecycle.md is right about somebody who comes %s", (habit, days) => {
  const { slippingAfter, dormantAfter } = habitAfter(days, RULE) as Habit;
  const docs = readFileSync(join(import.meta.dirname, "../../docs/lifecycle.md"), "utf8");
  expect(docs).toContain(`| ${habit} | ${slippingAfter} days | ${dormantAfter} days |`);
});

test("there is no state before the first day, and from then on exactly one every day, without gaps", () => {
  check((days, rule) => {
    const runs = stateRunsOf(days, rule);
    const first = days[0] as number;
    expect(runs[0]?.since).toBe(first);
    expect(stateOn(days, first - 1, rule)).toBeNull();
    for (const [i, run] of runs.entries()) {
      const next = runs[i + 1];
      expect(run.until).toBe(next ? next.since : null);
      if (next) expect(next.since).toBeGreaterThan(run.since);
      if (next) expect(next.state).not.toBe(run.state);
      expect(STATES).toContain(run.state);
    }
  });
});

test("later activity changes no earlier state", () => {
  check((days, rule) => {
    const runs = stateRunsOf(days, rule);
    for (let on = (days[0] as number) - 1; on <= 800; on += 7)
      expect(runAt(runs, on)?.state ?? null).toBe(stateOn(days, on, rule));
  }, 100);
});

test("silence leads one way: slipping only becomes dormant, and dormant is final", () => {
  const order: State[] = ["new", "resurrected", "active", "slipping", "dormant"];
  check((days, rule) => {
    const last = days.at(-1) as number;
    let before = -1;
    for (const { state } of stateRunsOf(days, rule).filter(({ until }) => until === null || until > last)) {
      expect(order.indexOf(state)).toBeGreaterThan(before);
      before = order.indexOf(state);
    }
    expect(order[before]).toBe("dormant");
  });
});

test("only the first week is new, only a return from dormancy is resurrected, and both last a week", () => {
  check((days, rule) => {
    const runs = stateRunsOf(days, rule);
    for (const [i, { state, since, until }] of runs.entries()) {
      expect(state === "new").toBe(i === 0);
      if (state === "new" || state === "resurrected") expect((until as number) - since).toBe(FRESH_DAYS);
      if (state === "resurrected") expect(runs[i - 1]?.state).toBe("dormant");
      // Nobody leaves dormancy, or slipping for the better, without a visit.
      if (i > 0 && (state === "resurrected" || runs[i - 1]?.state === "slipping") && state !== "dormant")
        expect(days).toContain(since);
    }
  });
});

test("a longer habit is never called slipping or dormant sooner", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), rule, (a, b, rule) => {
      const [short, long] = [Math.min(a, b), Math.max(a, b)].map((gap) => habitAfter(every(gap, 12), rule));
      expect(long?.slippingAfter).toBeGreaterThanOrEqual(short?.slippingAfter as number);
      expect(long?.dormantAfter).toBeGreaterThanOrEqual(short?.dormantAfter as number);
    }),
  );
});

test("moves add up to the states they lead to, at the end of every week and on every requested day", () => {
  check((days, rule) => {
    const runs = stateRunsOf(days, rule);
    const first = days[0] as number;
    const daily = first + 100;
    const moves = movesOf(runs, daily);
    let weekEnd: State | null = null;
    for (let day = mondayOfWeek(first) - 7; day < 900; day++) {
      const moved = moves.filter((move) => move.day === day);
      const state = runAt(runs, day)?.state ?? null;
      if (day >= daily || isSunday(day)) {
        expect(moved.length).toBe(state === weekEnd ? 0 : 1);
        if (moved[0]) expect(moved[0]).toEqual({ day, was: weekEnd, became: state });
      } else expect(moved).toEqual([]);
      if (isSunday(day)) weekEnd = state;
    }
  }, 100);
});

test("the cost of a long life is linear in its days", () => {
  const long = every(40, 20_000);
  const runs = stateRunsOf(long, RULE);
  expect(runs.length).toBeLessThanOrEqual(4 * long.length);
  expect(movesOf(runs, Number.POSITIVE_INFINITY).length).toBeLessThanOrEqual(7 * runs.length);
});
