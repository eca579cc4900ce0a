import { expect, test } from "vitest";
import {
  commonStepMs,
  dayKey,
  dayLabel,
  formatDate,
  formatDuration,
  formatExactTime,
  formatRelativeTime,
  formatRoughDuration,
  formatTime,
  isTimeZone,
  offsetMs,
} from "@/lib/format/time";
import { cases } from "@/tests/support/cases";

const NOW = Date.UTC(2026, 2, 12, 13, 3, 5);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  ["a clock that is ahead never shows a future time", NOW + HOUR, "just now"],
  ["under a minute", NOW - 59_999, "just now"],
  ["minutes", NOW - 59 * MINUTE, "59 min ago"],
  ["hours", NOW - 23 * HOUR, "23 h ago"],
  ["days", NOW - 2 * DAY, "2 days ago"],
  ["thirteen days are not yet weeks", NOW - 13 * DAY, "13 days ago"],
  ["weeks", NOW - 15 * DAY, "2 weeks ago"],
  ["months", NOW - 70 * DAY, "2 months ago"],
  ["years", NOW - 400 * DAY, "1 year ago"],
])("relative: %s", (_case, ts, text) => expect(formatRelativeTime(ts, NOW)).toBe(text));

test("absolute times are shown in the reader's zone", () => {
  expect(formatTime(NOW, "Europe/Berlin")).toBe("14:03");
  expect(formatTime(Date.UTC(2026, 0, 1), "UTC")).toBe("00:00");
  expect(formatDate(NOW, "UTC")).toBe("12 Mar 2026");
  expect(formatExactTime(NOW, "Europe/Berlin")).toBe("Thu 12 Mar 2026, 14:03:05 (Europe/Berlin)");
});

test("a day ends at the reader's midnight", () => {
  const late = Date.UTC(2026, 2, 11, 23, 30);
  expect(dayKey(late, "UTC")).toBe("2026-03-11");
  expect(dayKey(late, "Europe/Berlin")).toBe("2026-03-12");
  expect(dayLabel(late, NOW, "UTC")).toBe("Yesterday");
  expect(dayLabel(late, NOW, "Europe/Berlin")).toBe("Today");
});

test("a day label names the year only if it differs", () => {
  expect(dayLabel(Date.UTC(2026, 0, 5), NOW, "UTC")).toBe("Mon 5 Jan");
  expect(dayLabel(Date.UTC(2025, 0, 5), NOW, "UTC")).toBe("Sun 5 Jan 2025");
});

test("lengths", () => {
  expect([
    formatRoughDuration(1),
    formatRoughDuration(MINUTE),
    formatRoughDuration(3 * DAY),
    formatRoughDuration(30 * DAY),
  ]).toEqual(["a moment", "1 minute", "3 days", "4 weeks"]);
  expect([formatDuration(42_000), formatDuration(190_000), formatDuration(HOUR), formatDuration(65 * MINUTE)]).toEqual([
    "42 s",
    "3 min 10 s",
    "1 h",
    "1 h 5 min",
  ]);
});

test("unknown zones are recognised", () => {
  expect([isTimeZone("Asia/Tokyo"), isTimeZone("Mars/Olympus"), isTimeZone("")]).toEqual([true, false, false]);
});

/** By Intl, which is slow. */
const intlOffset = (ts: number, zone: Intl.DateTimeFormat): number =>
  Date.parse(`${zone.format(ts).replace(" ", "T")}Z`) - Math.floor(ts / 1000) * 1000;

test.each([
  "UTC",
  "Europe/Berlin",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Africa/Casablanca",
])("clocks in %s match Intl, even on days with a clock change", (zone) => {
  const start = Date.UTC(2011, 11, 1);
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  for (let ts = start; ts < start + 400 * DAY; ts += 5 * HOUR + 7 * MINUTE + 1_234) {
    expect([ts, offsetMs(ts, zone)]).toEqual([ts, intlOffset(ts, format)]);
  }
});

test.each([
  ["Europe/Berlin", 60],
  ["Asia/Kolkata", 30],
  ["Asia/Kathmandu", 15],
  ["Australia/Lord_Howe", 30], // its summer time is half an hour ahead
])("hours and days of %s start on multiples of %d minutes", (zone, minutes) =>
  expect(commonStepMs(zone, NOW - 365 * DAY, NOW)).toBe(minutes * MINUTE),
);

test("every day of eight hundred years matches Date, with hour and weekday", () => {
  const wrong: string[] = [];
  const step = (10 / cases(10)) * DAY;
  for (let day = Date.UTC(1600, 0, 1); day < Date.UTC(2400, 0, 2); day += step) {
    const ts = day + 13 * HOUR + 5 * MINUTE + 59_999;
    const shown = `${dayKey(ts, "UTC")} ${formatExactTime(ts, "UTC")}`;
    const is = new Date(ts).toISOString().slice(0, 10);
    if (shown !== `${is} ${new Date(ts).toUTCString().slice(0, 3)} ${formatDate(ts, "UTC")}, 13:05:59 (UTC)`)
      wrong.push(shown);
  }
  expect(wrong).toEqual([]);
});
