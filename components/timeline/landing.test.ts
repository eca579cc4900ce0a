import { expect, test } from "vitest";
import { landingDay } from "@/components/timeline/timeline";

const DAY_MS = 86_400_000;
const items = [7, 5, 3, 1].map((day) => ({ ts: day * DAY_MS + 1_000 }));

test.each([
  ["its own day", "desc", 4 * DAY_MS - 1, "1970-01-04"],
  ["the next older day with an event", "desc", 3 * DAY_MS - 1, "1970-01-02"],
  ["the next newer one, oldest first", "asc", 4 * DAY_MS, "1970-01-06"],
  ["nowhere when nothing follows", "desc", 0, null],
] as const)("a jump to a day arrives at %s", (_where, order, at, day) => {
  expect(landingDay(order === "desc" ? items : items.toReversed(), order, at, "UTC")).toBe(day);
});
