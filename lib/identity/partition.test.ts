import fc from "fast-check";
import { expect, test } from "vitest";
import { cases } from "@/tests/support/cases";
import { EPSILON_MS, ERASED, type PartitionParams, partition, partitionParams, type UserRun } from "./partition";
import { userRunsOf } from "./runs";

const MINUTE_MS = 60_000;
const CLASSES = ["sdk", "kiosk", "cookieless"] as const;
const project = fc.constantFrom("off", "30m", "day").map((cookielessClaim) => ({ cookielessClaim }) as const);
const params = fc
  .tuple(fc.constantFrom(...CLASSES), project)
  .map(([streamClass, settings]) => partitionParams(streamClass, settings));
/** Runs as evidence produces them, on a grid around the window of 30 minutes; user 0 is the erased sentinel. */
const runs = fc
  .array(fc.record({ user: fc.integer({ min: 0, max: 3 }), t: fc.integer({ min: 0, max: 40 }) }), { maxLength: 25 })
  .map((points) =>
    userRunsOf(
      points.map(({ user, t }) => ({ user, t: t * 10 * MINUTE_MS })),
      (a, b) => a > b,
    ),
  );
const count = (all: readonly UserRun[]) => new Set(all.map((run) => run.user)).size;
const everything = fc.record({ runs, params });

const ownerAt = (all: readonly UserRun[], rules: PartitionParams, t: number) =>
  partition(all, rules, count(all)).find((span) => span.from <= t && t < span.to)?.owner;

test("spans tile all of time without a gap or an overlap", () => {
  fc.assert(
    fc.property(everything, ({ runs: all, params: rules }) => {
      const spans = partition(all, rules, count(all));
      expect(spans[0]?.from).toBe(Number.NEGATIVE_INFINITY);
      expect(spans.at(-1)?.to).toBe(Number.POSITIVE_INFINITY);
      spans.forEach((span, index) => {
        expect(span.from).toBeLessThan(span.to);
        if (index > 0) expect(span.from).toBe(spans[index - 1]?.to);
      });
    }),
    { numRuns: cases(1000) },
  );
});

test("every run lies within its own span, owned by its user; everything else belongs to nobody", () => {
  fc.assert(
    fc.property(everything, ({ runs: all, params: rules }) => {
      const spans = partition(all, rules, count(all));
      const owned = spans.filter((span) => span.run !== null);
      expect(owned.map((span) => span.run)).toEqual(count(all) > rules.maxUsers ? [] : all);
      for (const { from, to, owner, run } of owned) {
        expect(owner).toBe(run?.user);
        expect(from).toBeLessThanOrEqual(run?.first as number);
        expect(to).toBeGreaterThan(run?.last as number);
      }
      expect(spans.filter((span) => span.run === null).every((span) => span.owner === null)).toBe(true);
    }),
    { numRuns: cases(1000) },
  );
});

test("nobody gets more than the window before their log-in if it belonged to somebody else", () => {
  fc.assert(
    fc.property(everything, ({ runs: all, params: rules }) => {
      for (const span of partition(all, rules, count(all))) {
        if (!span.run || span.owner === ERASED) continue;
        const before = all[all.indexOf(all.find((run) => run.first === span.run?.first) as UserRun) - 1];
        if (before) expect(span.run.first - span.from).toBeLessThanOrEqual(rules.claimWindowMs);
        else expect(span.run.first - span.from).toBe(rules.backfillMs);
      }
    }),
  );
});

test("erased spans keep exactly their place", () => {
  fc.assert(
    fc.property(everything, ({ runs: all, params: rules }) => {
      const shut = all.filter((run) => run.user === ERASED);
      if (count(all) > rules.maxUsers) return;
      for (const run of shut) {
        expect(ownerAt(all, rules, run.first)).toBe(ERASED);
        expect(ownerAt(all, rules, run.last)).toBe(ERASED);
        expect(ownerAt(all, rules, run.last + EPSILON_MS)).not.toBe(ERASED);
      }
    }),
  );
});

const run = (user: number, first: number, last = first): UserRun => ({
  user,
  first: first * MINUTE_MS,
  last: last * MINUTE_MS,
});
const sdk = partitionParams("sdk", { cookielessClaim: "30m" });
const kiosk = partitionParams("kiosk", { cookielessClaim: "30m" });
const cookieless = partitionParams("cookieless", { cookielessClaim: "30m" });

test.each([
  ["a device's only user owns all of it, for ever", [run(1, 60)], sdk, 1e9, 1],
  ["everything before the first log-in is the first user's", [run(1, 60), run(2, 100)], sdk, -1e9, 1],
  ["a second user gets the 30 minutes before their log-in", [run(1, 0), run(2, 100)], sdk, 70, 2],
  ["and not a minute more", [run(1, 0), run(2, 100)], sdk, 69, null],
  ["a shared device is nobody's 30 minutes after the last log-in", [run(1, 0), run(2, 100)], sdk, 130, null],
  ["a kiosk is nobody's right after the log-in", [run(1, 60)], kiosk, 60.001, null],
  ["and its first user's for 30 minutes before", [run(1, 60)], kiosk, 30, 1],
  ["a cookieless visitor is claimed 30 minutes both ways", [run(1, 60)], cookieless, 89, 1],
  ["two people behind one address and browser: belongs to nobody", [run(1, 60), run(2, 61)], cookieless, 60, null],
  [
    "nine users on one device: belongs to nobody",
    Array.from({ length: 9 }, (_, i) => run(i + 1, i * 60)),
    sdk,
    0,
    null,
  ],
] as const)("%s", (_guarantee, all, rules, minute, owner) => {
  expect(ownerAt(all, rules, Math.round(minute * MINUTE_MS)) ?? null).toBe(owner);
});
