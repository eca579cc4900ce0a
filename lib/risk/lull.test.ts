import fc from "fast-check";
import { expect, test } from "vitest";
import { assess, lullAt, withoutModel } from "./alarm";
import { type History, weekdayOf } from "./history";

const MONDAY = 20_003 - weekdayOf(20_003);
/** People who come on workdays until the day before `from`, with the given share of them afterwards. */
const office = (from: number, share: number, people = 60): History[] =>
  Array.from({ length: people }, (_, person) => ({
    person,
    days: Array.from({ length: 140 }, (_, i) => MONDAY + i).filter(
      (day) => weekdayOf(day) < 5 && (day < from || person < share * people),
    ),
  }));
const HOLIDAYS = MONDAY + 112;

test("no weekend is a lull, and a fortnight of holidays is one, from its first day", () => {
  for (let today = MONDAY + 70; today < HOLIDAYS; today++)
    expect(lullAt(office(HOLIDAYS, 0), today, 14)).toBeUndefined();
  const lull = lullAt(office(HOLIDAYS, 0.1), HOLIDAYS + 13, 14);
  expect(lull?.share).toBeCloseTo(0.1, 1);
  expect(Math.abs((lull?.since as number) - HOLIDAYS)).toBeLessThanOrEqual(3);
});

test("a lull is over once everybody is back", () => {
  const back = office(HOLIDAYS, 0).map((one) => ({
    ...one,
    days: [...one.days, ...Array.from({ length: 5 }, (_, i) => HOLIDAYS + 14 + i)],
  }));
  expect(lullAt(back, HOLIDAYS + 12, 14)).toBeDefined();
  expect(lullAt(back, HOLIDAYS + 18, 14)).toBeUndefined();
});

test("a few people never make a lull, nor do people who leave one by one", () => {
  expect(lullAt(office(HOLIDAYS, 0, 2), HOLIDAYS + 7, 14)).toBeUndefined();
  const leaving = office(HOLIDAYS, 1).map((one) => ({
    ...one,
    days: one.days.filter((day) => day < HOLIDAYS - 60 + 2 * one.person),
  }));
  for (let day = HOLIDAYS - 30; day < HOLIDAYS + 10; day++) expect(lullAt(leaving, day, 14)).toBeUndefined();
});

test("whoever fell silent with everybody else is not listed; whoever was silent before is", () => {
  const today = HOLIDAYS + 10;
  const lull = lullAt(office(HOLIDAYS, 0), today, 14);
  const [usual] = office(HOLIDAYS, 0);
  const earlier = (usual as History).days.filter((day) => day < HOLIDAYS - 7);
  expect(assess(withoutModel(14), (usual as History).days, today).standing).toBe("quiet");
  expect(assess({ ...withoutModel(14), lull }, (usual as History).days, today).standing).toBe("here");
  expect(assess({ ...withoutModel(14), lull }, earlier, today).standing).toBe("quiet");
});

test("for any histories, a lull is in the past, and its share below a half", () => {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(days, { maxLength: 30 }),
      fc.integer({ min: 0, max: 320 }),
      fc.integer({ min: 1, max: 90 }),
      (all, today, horizon) => {
        const histories = all.map((own, person) => ({ person, days: own.sort((a, b) => a - b) }));
        const lull = lullAt(histories, today, horizon);
        if (!lull) return;
        expect(lull.since).toBeLessThanOrEqual(today);
        expect(lull.since).toBeGreaterThan(today - 3 * horizon);
        expect(lull.share).toBeGreaterThanOrEqual(0);
        expect(lull.share).toBeLessThan(0.5);
      },
    ),
  );
});
