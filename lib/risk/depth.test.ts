import fc from "fast-check";
import { expect, test } from "vitest";
import { depthOf, depthTable } from "./depth";
import type { History } from "./history";

const TODAY = 20_000;
const history = fc
  .array(fc.record({ back: fc.integer({ min: 0, max: 3_000 }), events: fc.integer({ min: 0, max: 1_000_000 }) }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((all): History => {
    const byDay = new Map(all.map(({ back, events }) => [TODAY - back, events]));
    const days = [...byDay.keys()].sort((a, b) => a - b);
    return { person: 1, days, events: days.map((day) => byDay.get(day) as number) };
  });

test("any counts yield a finite depth; without counts everybody is usual", () => {
  fc.assert(
    fc.property(fc.array(history, { minLength: 1, maxLength: 20 }), fc.integer({ min: 0, max: 3_000 }), (all, back) => {
      const table = depthTable(all, TODAY - back);
      for (const one of all) {
        expect(Number.isFinite(depthOf(one, one.days.length, table))).toBe(true);
        expect(depthOf({ days: one.days }, one.days.length, table)).toBe(0);
      }
    }),
  );
  expect(depthTable([{ person: 1, days: [1, 2] }], TODAY)).toBeUndefined();
});

test("whoever does more on their days is deeper, and days after the cut-off do not count", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 100 }), (one, more) => {
      const all = depthTable([one], TODAY);
      const busier = { days: one.days, events: (one.events ?? []).map((count) => count + more) };
      expect(depthOf(busier, one.days.length, all)).toBeGreaterThan(depthOf(one, one.days.length, all));
      const known = one.days.filter((day) => day <= TODAY - 500).length;
      const cut = { person: 1, days: one.days.slice(0, known), events: (one.events ?? []).slice(0, known) };
      expect(depthTable([cut], TODAY - 500)).toEqual(depthTable([one], TODAY - 500));
    }),
  );
});

test("a release that records ten times the events makes nobody deeper", () => {
  const release = TODAY - 56;
  const people = Array.from({ length: 300 }, (_, person): History => {
    const days = Array.from({ length: 20 }, (_, i) => TODAY - 140 + 7 * i);
    return { person, days, events: days.map((day) => (day <= release ? 9 : 99)) };
  });
  const table = depthTable(people, TODAY);
  const joined = { days: [TODAY - 20, TODAY - 10], events: [99, 99] };
  expect(Math.abs(depthOf(joined, 2, table))).toBeLessThan(0.1);
});
