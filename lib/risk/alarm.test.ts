import { expect, test } from "vitest";
import { assess, basisOf, withoutModel } from "./alarm";
import { weekdayOf } from "./history";
import { fitModel, type Model } from "./model";
import { runToEnd } from "./steps";
import { trackAt, verdictOf } from "./track";

const MONDAY = 20_003 - weekdayOf(20_003);
const every = (gap: number, count: number, from = MONDAY) => Array.from({ length: count }, (_, i) => from + i * gap);
const workdays = every(1, 56).filter((day) => weekdayOf(day) < 5);
const standing = (days: readonly number[], silent: number) =>
  assess(withoutModel(14), days, (days.at(-1) as number) + silent).standing;

// Without a model, the documented fallback rule applies (docs/risk.md).
test.each<[string, readonly number[], number[], string[]]>([
  ["every day", every(1, 30), [1, 3, 4, 42, 43], ["here", "here", "quiet", "quiet", "gone"]],
  ["every second day", every(2, 20), [2, 6, 7], ["here", "here", "quiet"]],
  [
    "monthly: not gone while only one visit is missing",
    every(30, 6),
    [29, 60, 91, 151],
    ["here", "here", "quiet", "gone"],
  ],
  ["three days are not a habit", every(1, 3), [5, 43], ["new", "gone"]],
  [
    "Monday to Friday, on Sunday, Monday, Tuesday and Wednesday",
    workdays,
    [2, 3, 4, 5],
    ["here", "here", "here", "quiet"],
  ],
])("%s", (_name, days, silences, standings) => {
  expect(silences.map((silent) => standing(days, silent))).toEqual(standings);
});

test("without a model there is no probability and no day of return", () => {
  expect(assess(withoutModel(14), every(1, 30), MONDAY + 40)).toMatchObject({
    probability: null,
    usual: null,
    returnsBy: null,
  });
});

test("an alarm means below 40 %, and a third less odds than on the last day", () => {
  const people = Array.from({ length: 200 }, (_, i) => ({
    person: i,
    days: every(1 + (i % 9), 5 + (i % 40), MONDAY + (i % 60)),
  }));
  const today = MONDAY + 120;
  const known = basisOf(fitModel(people, today, 14) as Model);
  const odds = (p: number | null) => (p as number) / (1 - (p as number));
  let alarms = 0;
  for (const { days } of people)
    for (let silent = 0; silent < 30; silent++) {
      const { standing: found, probability, usual } = assess(known, days, (days.at(-1) as number) + silent);
      if (found !== "quiet") continue;
      alarms++;
      expect(probability).toBeLessThan(0.4);
      expect(odds(probability)).toBeLessThan((2 / 3) * odds(usual) + 1e-9);
    }
  expect(alarms).toBeGreaterThan(100);
});

test("there is no track record for an unfinished horizon or too little data", () => {
  const people = Array.from({ length: 100 }, (_, i) => ({ person: i, days: every(1 + (i % 9), 20) }));
  const model = fitModel(people, MONDAY + 70, 14) as Model;
  expect(runToEnd(trackAt(people, MONDAY + 100, 30, { ...model, horizon: 45 }))).toBeUndefined();
  expect(runToEnd(trackAt(people.slice(0, 10), MONDAY + 100, 30, model))).toBeUndefined();
  expect(verdictOf([])).toBe("unknown");
});
