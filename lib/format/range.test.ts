import { describe, expect, test } from "vitest";
import { changePercent, daysOf, parseDay, rangeOf, startOfDay } from "./range";

const NOW = Date.UTC(2026, 2, 30, 22, 30); // in Berlin: 31 March, 00:30, two days after the clocks went forward

describe("a range", () => {
  test("is whole days of the reader's zone, today included", () => {
    const { from, to, days } = rangeOf({ days: "7" }, NOW, "Europe/Berlin");
    expect(new Date(to).toISOString()).toBe("2026-03-31T22:00:00.000Z");
    expect(new Date(from).toISOString()).toBe("2026-03-24T23:00:00.000Z");
    expect(days).toBe(7);
  });

  test("is compared with as many days before it", () => {
    const { from, before } = rangeOf({ from: "2026-03-29", to: "2026-03-30" }, NOW, "Europe/Berlin");
    expect(before.to).toBe(from);
    expect(new Date(before.from).toISOString()).toBe("2026-03-26T23:00:00.000Z");
  });

  test("names each of its days once, over a change of the clocks too", () => {
    const range = rangeOf({ from: "2026-03-28", to: "2026-03-31" }, NOW, "Europe/Berlin");
    expect(daysOf(range, "Europe/Berlin")).toEqual(["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]);
  });

  test.each([
    ["nothing", {}],
    ["other days than offered", { days: "8" }],
    ["a day there is none of", { from: "2026-02-30", to: "2026-03-01" }],
    ["an end before its beginning", { from: "2026-03-02", to: "2026-03-01" }],
  ])("is the last 30 days for %s", (_what, params) => {
    expect(rangeOf(params, NOW, "UTC")).toEqual(rangeOf({ days: "30" }, NOW, "UTC"));
  });
});

test("a day begins at its own midnight on both sides of a change of the clocks", () => {
  const begins = (day: string) => new Date(startOfDay(parseDay(day) as number, "Europe/Berlin")).toISOString();
  expect(begins("2026-03-29")).toBe("2026-03-28T23:00:00.000Z");
  expect(begins("2026-03-30")).toBe("2026-03-29T22:00:00.000Z");
});

test("change is in percent of what was, and unknown where nothing was", () => {
  expect([changePercent(150, 100), changePercent(1, 3), changePercent(5, 0)]).toEqual([50, -67, null]);
});
