import { expect, test } from "vitest";
import { stateSentence } from "./state-sentence";

const RULE = {
  usualGapDays: 7,
  slippingGaps: 3,
  slippingMinDays: 5,
  slippingMaxDays: 45,
  dormantGaps: 9,
  dormantMinDays: 21,
  dormantMaxDays: 90,
};
const every = (step: number, times: number): number[] => Array.from({ length: times }, (_, i) => i * step);

test.each([
  [every(2, 40), 78 + 9, "slipping", "usually every 2 days, last seen 9 days ago"],
  [every(1, 40), 39, "active", "usually every day, last seen today"],
  [every(1, 40), 40, "active", "usually every day, last seen yesterday"],
  [every(14, 12), 154 + 100, "dormant", "usually every 13 days, last seen 100 days ago"],
  [[100], 103, "new", "first seen 3 days ago"],
  [[100], 125, "slipping", "seen on 1 day only, last seen 25 days ago"],
  [[100, 101, 110], 112, "active", "seen on 3 days only, last seen 2 days ago"],
  [[...every(1, 40), 90, 91], 93, "resurrected", "came back 3 days ago after 51 days"],
] as const)("%#: %s days later", (days, today, state, reason) =>
  expect(stateSentence(days, today, RULE)).toEqual({ state, reason }),
);

test("there are no words before the first day, and later days are ignored", () => {
  expect(stateSentence([], 5, RULE)).toBeNull();
  expect(stateSentence([6], 5, RULE)).toBeNull();
  expect(stateSentence([1, 99], 3, RULE)).toEqual({ state: "new", reason: "first seen 2 days ago" });
});
