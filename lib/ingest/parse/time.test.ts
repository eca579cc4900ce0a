import { describe, expect, test } from "vitest";
import { readTime } from "@/lib/format/read-time";
import { DeviceClocks } from "@/lib/ingest/parse/device-clocks";
import { correctedTime } from "@/lib/ingest/parse/time";

const RECEIVED = Date.UTC(2026, 5, 15, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const clock = { receivedAt: RECEIVED, sentAt: Number.NaN, stream: null, maxLatenessDays: 90, isImport: false };
const iso = (ms: number) => new Date(ms).toISOString();

describe("accepted times", () => {
  test.each([
    ["ISO with milliseconds", "2026-06-15T12:00:00.000Z", RECEIVED],
    ["with an offset", "2026-06-15T14:00:00+02:00", RECEIVED],
    ["with microseconds", "2026-06-15T12:00:00.000123Z", RECEIVED],
    ["with a space instead of the T", "2026-06-15 12:00:00Z", RECEIVED],
    ["without a zone it is UTC", "2026-06-15T12:00:00", RECEIVED],
    ["a day alone is its midnight", "2026-06-15", RECEIVED - DAY / 2],
    ["milliseconds as a number", RECEIVED, RECEIVED],
  ])("%s", (_guarantee, value, ms) => expect(readTime(value)).toBe(ms));

  test.each([
    "",
    "yesterday",
    "1",
    "June 2026",
    "2026-13-40",
    "2026-06-15T99:00:00Z",
    {},
    true,
    Number.NaN,
    "+012026-01-01",
  ])("%j is none", (value) => expect(readTime(value)).toBeNaN());
});

describe("the effective clock (docs/identity.md R4)", () => {
  const at = (value: unknown, over: Partial<typeof clock> = {}, warnings: string[] = []) =>
    correctedTime([{ value, field: "timestamp" }], { clocks: new DeviceClocks(), ...clock, ...over }, warnings);

  test("no time is the time of receipt", () => expect(at(undefined)).toBe(RECEIVED));
  test("a past time stays", () => expect(at(iso(RECEIVED - MINUTE))).toBe(RECEIVED - MINUTE));

  test.each([
    ["an hour ahead", 60 * MINUTE],
    ["an hour behind", -60 * MINUTE],
    ["a year ahead", 365 * DAY],
    ["ten years behind", -3_650 * DAY],
  ])("a device %s is corrected by its sending time", (_guarantee, skew) => {
    const captured = RECEIVED - 5 * MINUTE;
    expect(at(iso(captured + skew), { sentAt: RECEIVED + skew })).toBe(captured);
  });

  test("the future becomes the time of receipt, with a warning if it is far", () => {
    const warnings: string[] = [];
    expect(at(iso(RECEIVED + 1_000), {}, warnings)).toBe(RECEIVED);
    expect(warnings).toEqual([]);
    expect(at("9999-01-01T00:00:00Z", {}, warnings)).toBe(RECEIVED);
    expect(warnings).toHaveLength(1);
  });

  test("beyond the project's limit it is too old, exactly at the limit it is not; imports are exempt", () => {
    expect(at(iso(RECEIVED - 90 * DAY))).toBe(RECEIVED - 90 * DAY);
    expect(() => at(iso(RECEIVED - 90 * DAY - 1))).toThrow(expect.objectContaining({ code: "too_old" }));
    expect(at(iso(RECEIVED - 900 * DAY), { isImport: true })).toBe(RECEIVED - 900 * DAY);
  });

  test.each(["tomorrow", -1, 1e300, "0000-00-00", []])("%j is rejected, naming the field", (value) =>
    expect(() => at(value)).toThrow(expect.objectContaining({ code: "unprocessable", field: "timestamp" })),
  );
});
