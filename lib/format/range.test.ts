import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { cases, examples } from "@/tests/support/cases";
import { changePercent, daysOf, daysWithin, parseDay, rangeOf, startOfDay } from "./range";
import { dayKey } from "./time";

const NOW = Date.UTC(2026, 2, 30, 22, 30); // in Berlin: 31 March, 00:30, two days after the switch to summer time

describe("a range", () => {
  test("is whole days of the reader's zone, including today", () => {
    const { from, to, days } = rangeOf({ days: "7" }, NOW, "Europe/Berlin");
    expect(new Date(to).toISOString()).toBe("2026-03-31T22:00:00.000Z");
    expect(new Date(from).toISOString()).toBe("2026-03-24T23:00:00.000Z");
    expect(days).toBe(7);
  });

  test.each([
    [
      "whole weeks with the weeks right before them",
      { from: "2026-03-02", to: "2026-03-15" },
      "2026-02-16",
      "2026-03-01",
    ],
    [
      "30 days with 30 of the same weekdays, five weeks earlier",
      { from: "2026-03-01", to: "2026-03-30" },
      "2026-01-25",
      "2026-02-23",
    ],
    ["a day with the same weekday", { from: "2026-03-29", to: "2026-03-29" }, "2026-03-22", "2026-03-22"],
  ])("is compared by weekday: %s", (_what, params, first, last) => {
    const range = rangeOf(params, NOW, "Europe/Berlin");
    const days = daysWithin(range.before, "Europe/Berlin").map(({ day }) => day);
    expect([days.length, days[0], days.at(-1)]).toEqual([range.days, first, last]);
    expect(range.before.to).toBeLessThanOrEqual(range.from);
  });

  test("names each of its days once, even across a clock change", () => {
    const range = rangeOf({ from: "2026-03-28", to: "2026-03-31" }, NOW, "Europe/Berlin");
    expect(daysOf(range, "Europe/Berlin")).toEqual(["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]);
  });

  test.each([
    ["nothing", {}],
    ["a number of days that is not offered", { days: "8" }],
    ["a day that does not exist", { from: "2026-02-30", to: "2026-03-01" }],
    ["an end before the start", { from: "2026-03-02", to: "2026-03-01" }],
  ])("is the last 30 days for %s", (_what, params) => {
    expect(rangeOf(params, NOW, "UTC")).toEqual(rangeOf({ days: "30" }, NOW, "UTC"));
  });
});

test("a day starts at its own midnight on both sides of a clock change", () => {
  const begins = (day: string) => new Date(startOfDay(parseDay(day) as number, "Europe/Berlin")).toISOString();
  expect(begins("2026-03-29")).toBe("2026-03-28T23:00:00.000Z");
  expect(begins("2026-03-30")).toBe("2026-03-29T22:00:00.000Z");
});

test.each([
  ["a midnight that is skipped", "America/Santiago", "2026-09-06", "2026-09-06T04:00:00.000Z"],
  ["the day after it", "America/Santiago", "2026-09-07", "2026-09-07T03:00:00.000Z"],
  ["a midnight that comes twice", "America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"],
  ["an hour before midnight that comes twice", "America/Santiago", "2026-04-05", "2026-04-05T04:00:00.000Z"],
])("%s (%s, %s)", (_what, zone, day, begins) => {
  expect(new Date(startOfDay(parseDay(day) as number, zone)).toISOString()).toBe(begins);
});

test("in every zone, at every clock change, days start where a library says, have the right names and leave no gaps", () => {
  const DAY_MS = 86_400_000;
  const wrong: string[] = [];
  let changes = 0;
  for (const zone of examples(Intl.supportedValuesOf("timeZone"))) {
    let at = Temporal.ZonedDateTime.from({ year: 2019, month: 1, day: 1, timeZone: zone });
    for (
      let next = at.getTimeZoneTransition("next");
      next && next.year < 2028;
      next = at.getTimeZoneTransition("next")
    ) {
      at = next;
      changes++;
      const first = Date.UTC(at.year, at.month - 1, at.day) - 2 * DAY_MS;
      for (let midnight = first; midnight < first + 5 * DAY_MS; midnight += DAY_MS) {
        const name = new Date(midnight).toISOString().slice(0, 10);
        const begins = startOfDay(midnight, zone);
        const known = Temporal.PlainDate.from(name).toZonedDateTime(zone).epochMilliseconds;
        if (begins !== known || dayKey(begins, zone) !== name) wrong.push(`${zone} ${name}`);
        if (dayKey(startOfDay(midnight + DAY_MS, zone) - 1, zone) !== name) wrong.push(`${zone} ${name} ends`);
      }
    }
  }
  expect(changes).toBeGreaterThan(cases(1_000));
  expect(wrong).toEqual([]);
});

test("change is in percent of the previous value, and unknown if that was zero", () => {
  expect([changePercent(150, 100), changePercent(1, 3), changePercent(5, 0)]).toEqual([50, -67, null]);
});
