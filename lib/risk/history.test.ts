import fc from "fast-check";
import { expect, test } from "vitest";
import { countUpTo, weekdayOf } from "./history";

const days = fc
  .uniqueArray(fc.integer({ min: 19_000, max: 19_400 }), { minLength: 1, maxLength: 80 })
  .map((all) => all.sort((a, b) => a - b));

test("1 January 1970 was a Thursday, and days before it have weekdays too", () => {
  expect([0, 4, -3, -4].map(weekdayOf)).toEqual([3, 0, 0, 6]);
});

test("counting days up to a day agrees with a linear scan", () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 18_990, max: 19_410 }), (all, day) => {
      expect(countUpTo(all, day)).toBe(all.filter((one) => one <= day).length);
    }),
  );
});
