import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDateTime } from "@/lib/format/time";
import { cases } from "@/tests/support/cases";
import { dueTime, FLOOD_MESSAGES, FLOOD_MS } from "./pace";

const at = (text: string): number => Date.parse(text);
const NONE = { quiet: null, zone: "UTC" } as const;
const NIGHT = { from: 22 * 60, to: 7 * 60 };

test("immediate messages go out now; after five within ten minutes, once the oldest of them is ten minutes old", () => {
  const now = at("2026-03-02T12:00:00Z");
  const recent = [1, 2, 3, 4, 9].map((minutes) => now - minutes * 60_000);
  expect(dueTime({ pace: "immediate", ...NONE }, recent.slice(1), now)).toBe(now);
  expect(dueTime({ pace: "immediate", ...NONE }, recent, now)).toBe(now + 60_000);
});

test.each([
  ["immediate", null, "UTC", "2026-03-02T23:10:00Z", "2 Mar 2026, 23:10"],
  ["immediate", NIGHT, "UTC", "2026-03-02T21:59:00Z", "2 Mar 2026, 21:59"],
  ["immediate", NIGHT, "UTC", "2026-03-02T22:00:00Z", "3 Mar 2026, 07:00"],
  ["immediate", NIGHT, "UTC", "2026-03-03T06:59:00Z", "3 Mar 2026, 07:00"],
  ["immediate", NIGHT, "UTC", "2026-03-03T07:00:00Z", "3 Mar 2026, 07:00"],
  ["immediate", NIGHT, "America/New_York", "2026-03-03T07:00:00Z", "3 Mar 2026, 07:00"],
  // Clocks go forward at 2:00 on 29 March in Berlin: 7:00 is still seven o'clock.
  ["immediate", NIGHT, "Europe/Berlin", "2026-03-28T23:30:00Z", "29 Mar 2026, 07:00"],
  ["hourly", null, "UTC", "2026-03-02T12:00:00Z", "2 Mar 2026, 13:00"],
  ["daily", null, "Europe/Berlin", "2026-03-02T07:59:00Z", "2 Mar 2026, 09:00"],
  ["daily", null, "Europe/Berlin", "2026-03-02T08:00:00Z", "3 Mar 2026, 09:00"],
  ["daily", { from: 8 * 60, to: 10 * 60 }, "UTC", "2026-03-02T08:00:00Z", "2 Mar 2026, 10:00"],
] as const)("%s with quiet hours %o in %s at %s goes out at %s", (pace, quiet, zone, now, expected) => {
  const due = dueTime({ pace, quiet, zone }, [], at(now));
  expect(formatDateTime(due, zone)).toBe(expected);
});

test("a message is at most two days late, never early, and never sent in quiet hours", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("immediate" as const, "hourly" as const, "daily" as const),
      fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") }),
      (pace, zone, from, to, now) => {
        if (from === to) return;
        const due = dueTime({ pace, quiet: { from, to }, zone }, [], now);
        expect(due).toBeGreaterThanOrEqual(now);
        expect(due - now).toBeLessThan(50 * 3_600_000);
        const [hours = 0, minutes = 0] = formatDateTime(due, zone).split(", ")[1]?.split(":").map(Number) ?? [];
        const minute = hours * 60 + minutes;
        const isQuiet = from < to ? from <= minute && minute < to : minute >= from || minute < to;
        expect(isQuiet).toBe(false);
      },
    ),
    { numRuns: cases(2_000) },
  );
});

test("at most five messages go out in any ten minutes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 80 }), (gaps) => {
      const made: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        // A waiting message collects the others until it goes out.
        if ((made[0] ?? Number.NEGATIVE_INFINITY) > now) continue;
        made.unshift(dueTime({ pace: "immediate", ...NONE }, made.slice(0, FLOOD_MESSAGES), now));
      }
      for (let n = FLOOD_MESSAGES; n < made.length; n++)
        expect((made[n - FLOOD_MESSAGES] ?? 0) - (made[n] ?? 0)).toBeGreaterThanOrEqual(FLOOD_MS);
    }),
  );
});
