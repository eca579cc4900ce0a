import fc from "fast-check";
import { expect, test } from "vitest";
import type { PersonIdentity, Stretch } from "@/lib/identity/person-identities";
import { axisNote, axisOf, axisPercent, piecesOf, ticksOf } from "./scale";

const at = (text: string) => Date.parse(text);
const stretch = (parts: Partial<Stretch>): Stretch => ({
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  owner: "person",
  userId: "ada",
  identifiedFrom: null,
  identifiedUntil: null,
  events: 0,
  firstSeen: null,
  lastSeen: null,
  ...parts,
});
const lane = (stretches: Stretch[], seen: [number, number] | null = null): PersonIdentity => ({
  kind: "device",
  id: "phone",
  streamClass: "sdk",
  contended: false,
  firstSeen: seen?.[0] ?? null,
  lastSeen: seen?.[1] ?? null,
  events: 0,
  stretches,
  reasons: [],
});

test("the axis covers the first to the last activity of any lane, including log-ins and other people", () => {
  const lanes = [
    lane([stretch({ identifiedFrom: 5_000_000, identifiedUntil: 5_000_000 })], [6_000_000, 7_000_000]),
    lane([stretch({ owner: "other", firstSeen: 1_000_000, lastSeen: 2_000_000 })]),
  ];
  const axis = axisOf(lanes);
  expect(axis?.from).toBeLessThan(1_000_000);
  expect(axis?.to).toBeGreaterThan(7_000_000);
  expect((axis?.to ?? 0) - (axis?.from ?? 0)).toBeCloseTo(6_000_000 * 1.03);
});

test("without activity there is no axis; a single moment gets ten minutes around it", () => {
  expect(axisOf([lane([stretch({})])])).toBeNull();
  expect(axisOf([lane([], [0, 0])])).toEqual({ from: -300_000, to: 300_000 });
});

test.each([
  ["hours", "2026-03-12T09:10:00Z", "2026-03-12T13:50:00Z", ["11:00", "12:00", "13:00", "14:00"]],
  ["days", "2026-03-10T09:00:00Z", "2026-03-14T13:00:00Z", ["11 Mar", "12 Mar", "13 Mar", "14 Mar"]],
  ["months", "2026-01-10T00:00:00Z", "2026-04-20T00:00:00Z", ["Feb 2026", "Mar 2026", "Apr 2026"]],
  ["years", "2022-05-10T00:00:00Z", "2026-04-20T00:00:00Z", ["Jan 2023", "Jan 2024", "Jan 2025", "Jan 2026"]],
])("ticks are round %s on the reader's clock", (_what, from, to, labels) => {
  const ticks = ticksOf({ from: at(from), to: at(to) }, "Europe/Berlin", 5);
  expect(ticks.map((tick) => tick.label)).toEqual(labels);
});

test("days begin at midnight even after a clock change", () => {
  const ticks = ticksOf({ from: at("2026-03-27T00:00:00Z"), to: at("2026-03-31T12:00:00Z") }, "Europe/Berlin", 5);
  expect(ticks.map((tick) => new Date(tick.at).toISOString())).toEqual([
    "2026-03-27T23:00:00.000Z",
    "2026-03-28T23:00:00.000Z",
    "2026-03-29T22:00:00.000Z",
    "2026-03-30T22:00:00.000Z",
  ]);
});

test("any axis in any zone has a handful of ticks, in order and within it", () => {
  const zone = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia");
  const span = fc.integer({ min: 600_000, max: 40 * 365 * 86_400_000 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1.8e12 }), span, zone, (from, length, where) => {
      const axis = { from, to: from + length };
      const ticks = ticksOf(axis, where, 5).map((tick) => tick.at);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
      for (const tick of ticks) expect(axisPercent(axis, tick)).toBe(((tick - from) / length) * 100);
    }),
  );
});

test("an axis of hours names the day", () => {
  const day = { from: at("2026-03-12T09:00:00Z"), to: at("2026-03-12T12:00:00Z") };
  expect(axisNote(day, "UTC")).toBe("12 Mar 2026");
  expect(axisNote({ ...day, to: at("2026-03-13T09:00:00Z") }, "UTC")).toBe("12 Mar 2026 – 13 Mar 2026");
  expect(axisNote({ ...day, to: at("2026-04-13T09:00:00Z") }, "UTC")).toBeNull();
});

test("a person's stretch is what came before the first log-in, between log-ins, and after the last", () => {
  const axis = { from: 0, to: 100 };
  const whole = stretch({ identifiedFrom: 40, identifiedUntil: 60, firstSeen: 10, lastSeen: 90, events: 5 });
  expect(piecesOf(whole, axis)).toEqual([
    { tone: "identified", from: 0, to: 100, thin: true },
    { tone: "claimed", from: 10, to: 40, thin: false },
    { tone: "identified", from: 40, to: 60, thin: false },
    { tone: "inferred", from: 60, to: 90, thin: false },
  ]);
});

test("another person's stretch only shows that it is theirs; an erased one only its position", () => {
  const axis = { from: 0, to: 100 };
  const other = stretch({ owner: "other", from: 20, to: 80, identifiedFrom: 40, identifiedUntil: 60, firstSeen: 30 });
  expect(piecesOf({ ...other, lastSeen: 30 }, axis)).toEqual([
    { tone: "other", from: 20, to: 80, thin: true },
    { tone: "other", from: 30, to: 60, thin: false },
  ]);
  expect(piecesOf(stretch({ owner: "erased", from: 20, to: 80 }), axis)).toEqual([
    { tone: "erased", from: 20, to: 80, thin: true },
  ]);
});
