import { expect, test } from "vitest";
import { cohortBefore } from "./journeys";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test("the cohort before one that has ended spans as many days before it, and counts what it reached by the same age", () => {
  expect(cohortBefore({ from: 10 * DAY, to: 17 * DAY }, 20 * DAY)).toEqual({
    from: 3 * DAY,
    to: 10 * DAY,
    until: 13 * DAY,
  });
});

test("for a day that has just begun, the cohort before covers as much of a day", () => {
  const now = 16 * DAY + 8 * HOUR;
  expect(cohortBefore({ from: 10 * DAY, to: 17 * DAY }, now)).toEqual({
    from: 3 * DAY,
    to: 9 * DAY + 8 * HOUR,
    until: 9 * DAY + 8 * HOUR,
  });
});
