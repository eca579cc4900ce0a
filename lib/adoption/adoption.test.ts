import fc from "fast-check";
import { expect, test } from "vitest";
import { ruleSchema } from "@/lib/segments/rule";
import {
  COHORT_WEEKS,
  COLUMNS,
  cohortRows,
  EVERYBODY,
  firstMonday,
  mondayOf,
  ruleOfCell,
  ruleOfCohort,
  WEEK_MS,
} from "./adoption";

const NOW = Date.UTC(2026, 10, 27, 12);

test("weeks start on Mondays, in UTC", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }), (ts) => {
      const monday = mondayOf(ts);
      expect(new Date(monday).getUTCDay()).toBe(1);
      expect(Math.abs(monday % 86_400_000)).toBe(0);
      expect(monday <= ts && ts < monday + WEEK_MS).toBe(true);
    }),
  );
});

test("the triangle shows a week only once it is over for everybody in the row", () => {
  const rows = cohortRows(new Map([[firstMonday(NOW), 5]]), new Map([[`${firstMonday(NOW)} 1`, 3]]), NOW);
  expect(rows).toHaveLength(COHORT_WEEKS);
  expect(rows[0]).toMatchObject({ people: 5 });
  expect(rows[0]?.used.slice(0, 2)).toEqual([3, 0]);
  for (const { monday, used } of rows)
    for (const [i, people] of used.entries()) expect(people !== null).toBe(monday + WEEK_MS + (i + 2) * WEEK_MS <= NOW);
  expect(rows.at(-1)?.used.every((people) => people === null)).toBe(true);
});

test("each cell has a valid rule or none", () => {
  const feature = (n: number) => ({ id: "f", name: "F", events: Array.from({ length: n }, (_, i) => `e${i}`) });
  const criteria = { segment: null, from: NOW };
  for (const column of COLUMNS) {
    expect(ruleOfCell(feature(1), column, criteria), column).not.toBeNull();
    expect(ruleOfCell(feature(2), column, criteria), column).not.toBeNull();
    for (const n of [3, 5, 20]) {
      const rule = ruleOfCell(feature(n), column, criteria);
      if (rule) expect(ruleSchema.safeParse(rule).success).toBe(true);
    }
  }
  for (const n of [undefined, 1, COHORT_WEEKS - 1])
    expect(ruleSchema.safeParse(ruleOfCohort({ events: ["e"] }, firstMonday(NOW), EVERYBODY, n)).success).toBe(true);
});
