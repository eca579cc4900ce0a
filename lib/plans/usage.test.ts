import fc from "fast-check";
import { expect, test } from "vitest";
import { monthUsage } from "@/lib/plans/usage";

const DAY = 24 * 60 * 60_000;

test("days without events count as zero, and days of other months do not count", () => {
  const received = new Map([
    ["2026-10-31", 7],
    ["2026-11-01", 5],
    ["2026-11-03", 1],
    ["2026-12-01", 9],
  ]);
  const usage = monthUsage(received, Date.UTC(2026, 10, 4, 12));
  expect(usage.days).toEqual([5, 0, 1, 0]);
  expect(usage.used).toBe(6);
  expect([usage.from, usage.to]).toEqual([Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]);
});

test("the projection extends the rate so far to the end of the month, from when the organization began", () => {
  const received = new Map([["2026-11-16", 1_000]]);
  const half = Date.UTC(2026, 10, 16);
  expect(monthUsage(received, half).projected).toBe(2_000);
  expect(monthUsage(received, half, half - 5 * DAY).projected).toBe(4_000);
  expect(monthUsage(received, half, half - DAY / 2).projected).toBeNull();
  expect(monthUsage(new Map(), Date.UTC(2026, 10, 1, 23, 59)).projected).toBeNull();
});

test("at any time there is a day for each that has begun, and the projection is never below what was used", () => {
  const times = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
  fc.assert(
    fc.property(times, fc.nat(10_000_000), (now, events) => {
      const day = new Date(now).toISOString().slice(0, 10);
      const usage = monthUsage(new Map([[day, events]]), now);
      expect(usage.days).toHaveLength(new Date(now).getUTCDate());
      expect(usage.used).toBe(events);
      expect(usage.projected ?? usage.used).toBeGreaterThanOrEqual(usage.used);
      expect(usage.from <= now && now < usage.to).toBe(true);
    }),
  );
});
