import fc from "fast-check";
import { expect, test } from "vitest";
import { ruleSchema } from "@/lib/segments/rule";
import {
  COHORT_WEEKS,
  cohortRows,
  EVERYBODY,
  firstMonday,
  marginOf,
  mondayOf,
  ruleOfCell,
  ruleOfCohort,
  USE_GROUPS,
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
  for (const column of USE_GROUPS) {
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

test("an estimate is within its margin in 19 of 20 samples of any size, and exact only if everybody is read", () => {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const shuffled = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ i, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ i }) => i);
  const [people, searched, most] = [800, 300, 120];
  for (const all of [people, 400])
    for (const having of [0.5, 0.02, 0.98]) {
      const real = Math.round(all * having);
      let within = 0;
      const draws = 200;
      for (let draw = 0; draw < draws; draw++) {
        // Of everybody, `all` are counted, the first ones; of these, `real` have it.
        const found = shuffled(people)
          .slice(0, searched)
          .filter((i) => i < all);
        const read = found.slice(0, most);
        const sampled = { read: read.length, found: found.length, share: searched / people };
        const scaled = (read.filter((i) => i < real).length / read.length) * (found.length / sampled.share);
        if (Math.abs(scaled - real) <= marginOf(sampled)) within++;
      }
      expect(within / draws, `${all} ${having}`).toBeGreaterThan(0.93);
    }
  expect(marginOf({ read: 400, found: 400, share: 1 })).toBe(0);
  expect(marginOf({ read: 20_000, found: 1_000_000, share: 1 })).toBe(6_860);
  expect(marginOf({ read: 0, found: 0, share: 0.1 })).toBe(0);
});
