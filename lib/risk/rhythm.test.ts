import fc from "fast-check";
import { expect, test } from "vitest";
import { weekdayOf } from "./history";
import { dayAfterWeight, EVEN_WEEKDAYS, weekdayWeightsOf, weightBetween } from "./rhythm";

const days = fc
  .uniqueArray(fc.integer({ min: 19_000, max: 19_400 }), { minLength: 1, maxLength: 80 })
  .map((all) => all.sort((a, b) => a - b));

test("every person's week weighs seven, and weights add up", () => {
  fc.assert(
    fc.property(days, fc.nat(60), fc.nat(60), (all, one, two) => {
      const week = weekdayWeightsOf(all, EVEN_WEEKDAYS);
      expect(week.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(7, 9);
      const [from, middle] = [19_000, 19_000 + one];
      const whole = weightBetween(week, from, middle + two);
      expect(whole).toBeCloseTo(weightBetween(week, from, middle) + weightBetween(week, middle, middle + two), 8);
    }),
  );
});

test("the day after a weight is the first on which that weight has passed", () => {
  fc.assert(
    fc.property(days, fc.double({ min: 0.1, max: 80, noNaN: true }), (all, weight) => {
      const week = weekdayWeightsOf(all, EVEN_WEEKDAYS);
      const day = dayAfterWeight(week, 19_000, weight, 1_000);
      expect(weightBetween(week, 19_000, day)).toBeGreaterThanOrEqual(weight - 1e-6);
      expect(weightBetween(week, 19_000, day - 1)).toBeLessThan(weight + 1e-6);
    }),
  );
});

test("a weekend is hardly any silence for somebody who comes Monday to Friday", () => {
  const monday = 20_003 - weekdayOf(20_003);
  const worked = Array.from({ length: 70 }, (_, i) => monday + i).filter((day) => weekdayOf(day) < 5);
  const week = weekdayWeightsOf(worked, EVEN_WEEKDAYS);
  expect(weightBetween(week, monday + 4, monday + 6)).toBeLessThan(0.7);
  expect(weightBetween(week, monday, monday + 2)).toBeGreaterThan(2);
});
