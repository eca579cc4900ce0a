import fc from "fast-check";
import { expect, test } from "vitest";
import {
  eventLimit,
  isOpenWhilePaused,
  isReadingPaused,
  monthUsage,
  PLANS,
  planStateOf,
  READING_GRACE_DAYS,
  type StoredPlan,
  TRIAL_EVENTS_PER_MONTH,
} from "./plans";

const DAY = 24 * 60 * 60_000;
const NOW = Date.UTC(2026, 10, 20);
const GRACE = READING_GRACE_DAYS * DAY;
const stored = (over: Partial<StoredPlan> = {}): StoredPlan => ({
  trialEndsAt: NOW + 10 * DAY,
  plan: null,
  status: null,
  periodEndsAt: null,
  cancelsAt: null,
  pastDueSince: null,
  endedAt: null,
  ...over,
});
const OVER = NOW - DAY;

test.each([
  ["a trial runs until its last millisecond", { trialEndsAt: NOW + 1 }, "trial"],
  ["and is over from then on", { trialEndsAt: NOW }, "trial_over"],
  ["a paid subscription counts during the trial", { status: "active", plan: "small" }, "active"],
  ["one that begins with the rest of the trial too", { status: "trialing", plan: "small" }, "active"],
  ["a failed payment takes nothing of the trial", { status: "past_due", plan: "small" }, "trial"],
  ["a failed payment after it", { status: "past_due", plan: "small", trialEndsAt: OVER }, "past_due"],
  ["unpaid for good", { status: "unpaid", plan: "small", trialEndsAt: OVER }, "past_due"],
  ["cancelled during the trial: the trial continues", { status: "canceled", endedAt: NOW - DAY }, "trial"],
  ["cancelled after it", { status: "canceled", endedAt: NOW - DAY, trialEndsAt: OVER }, "ended"],
  [
    "a checkout that was never paid is no subscription",
    { status: "incomplete_expired", trialEndsAt: OVER },
    "trial_over",
  ],
  ["an unknown word of the provider is no subscription", { status: "new_word", trialEndsAt: OVER }, "trial_over"],
] as const)("%s", (_guarantee, over, kind) => expect(planStateOf(stored(over), NOW).kind).toBe(kind));

test.each([
  ["a trial", { trialEndsAt: NOW - GRACE }],
  ["a subscription", { status: "canceled", endedAt: NOW - GRACE, trialEndsAt: NOW - 2 * GRACE }],
  ["a payment", { status: "past_due", plan: "small", pastDueSince: NOW - GRACE, trialEndsAt: NOW - 2 * GRACE }],
] as const)("reading stays open for the whole grace period after the end of %s", (_what, over) => {
  const state = planStateOf(stored(over), NOW);
  expect(isReadingPaused(state, NOW - 1)).toBe(false);
  expect(isReadingPaused(state, NOW)).toBe(true);
});

test("reading is never paused with a plan or in a trial", () => {
  for (const over of [{}, { status: "active", plan: "small", trialEndsAt: 0 }])
    expect(isReadingPaused(planStateOf(stored(over), NOW), Number.MAX_SAFE_INTEGER)).toBe(false);
});

test("the limit is the plan's, the trial's without one, and none for what the operator sold by hand", () => {
  const limitOf = (over: Partial<StoredPlan>) => eventLimit(planStateOf(stored(over), NOW));
  expect(limitOf({})).toBe(TRIAL_EVENTS_PER_MONTH);
  expect(limitOf({ status: "active", plan: "small" })).toBe(PLANS[0].eventsPerMonth);
  expect(limitOf({ status: "active", plan: "by hand" })).toBeNull();
  expect(limitOf({ trialEndsAt: OVER })).toBe(TRIAL_EVENTS_PER_MONTH);
});

const P = "0197b7c0-0000-7000-8000-000000000000";
test.each([
  [`/${P}/settings`, true],
  [`/${P}/settings/plan`, true],
  [`/${P}/setup`, true],
  [`/${P}/erasures/x`, true],
  [`/${P}/paused`, true],
  [`/${P}/users/u%3Aada/privacy`, true],
  [`/${P}/users/u%3Aada/privacy/export`, true],
  [`/${P}/users/export`, true],
  [`/api/projects/${P}/search`, true],
  [`/${P}`, false],
  [`/${P}/users`, false],
  [`/${P}/users/settings`, false],
  [`/${P}/users/u%3Aada`, false],
  [`/${P}/users/x%2Fprivacy`, false],
  [`/${P}/overview`, false],
  [`/${P}/users/rows`, false],
  [`/api/live/${P}/events`, false],
  [`/api/live/${P}/search`, false],
  [`/api/projects/${P}/suggest`, false],
])("while reading is paused, %s is open: %s", (path, isOpen) => expect(isOpenWhilePaused(path)).toBe(isOpen));

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

test("there is always one entry per day that has begun, and the projection is never below what was used", () => {
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
