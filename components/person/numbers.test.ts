import { expect, test } from "vitest";
import { calendarDays, firstDay, levelOf } from "@/components/charts/calendar-days";
import { comparePeriods, eventsByDay, eventsByHour, eventsByWeek } from "@/components/person/numbers";

const NOW = Date.parse("2026-03-12T10:00:00Z"); // a Thursday
const bin = (iso: string, events = 1, revenue = 0) => ({ at: Date.parse(iso), events, revenue });

test("a period is the reader's days up to today, and the previous one is just as long", () => {
  const bins = [
    bin("2026-02-26T23:30:00Z", 5), // in Berlin 27 February: the first of the 7 days before
    bin("2026-03-05T22:45:00Z", 2), // 5 March there, 23:45: still before
    bin("2026-03-05T23:00:00Z", 3, 900), // 6 March there: the first of the last 7 days
    bin("2026-03-12T09:00:00Z", 4),
    bin("2026-03-12T09:15:00Z", 1),
  ];
  const visits = [{ startedAt: Date.parse("2026-03-12T09:00:00Z"), durationMs: 60_000 }];
  const { now, before } = comparePeriods(bins, visits, NOW, "Europe/Berlin")[7];
  expect(now).toEqual({ activeDays: 2, sessions: 1, events: 8, timeMs: 60_000, revenue: 900 });
  expect(before).toEqual({ activeDays: 2, sessions: 0, events: 7, timeMs: 0, revenue: 0 });
});

test("the first day of a period is the reader's, and counts from today", () => {
  expect(firstDay(NOW, "UTC", 7)).toBe("2026-03-06");
  expect(firstDay(Date.parse("2026-03-12T23:30:00Z"), "Europe/Berlin", 7)).toBe("2026-03-07");
  expect(firstDay(NOW, "UTC", 30)).toBe("2026-02-11");
});

test("a calendar starts on a Monday and ends today", () => {
  const days = calendarDays(NOW, "UTC", 2);
  expect([days[0], days.at(-1), days.length]).toEqual(["2026-03-02", "2026-03-12", 11]);
});

test("weeks add up their days", () => {
  const days = eventsByDay(
    [bin("2026-03-02T01:00:00Z", 2), bin("2026-03-08T23:00:00Z", 3), bin("2026-03-09T00:00:00Z", 4)],
    "UTC",
  );
  expect(eventsByWeek(days, NOW, "UTC", 2)).toEqual([
    { from: "2026-03-02", events: 5 },
    { from: "2026-03-09", events: 4 },
  ]);
});

test("hours are the reader's, on both sides of a clock change", () => {
  const grid = eventsByHour([bin("2026-01-05T08:00:00Z"), bin("2026-07-06T07:45:00Z", 2)], "Europe/Berlin");
  expect(grid[0]?.[9]).toBe(3); // both Mondays at nine
});

test("the busiest is the darkest, anything at all is visible", () => {
  expect([0, 1, 100, 10_000].map((value) => levelOf(value, 10_000))).toEqual([0, 1, 1, 4]);
});
