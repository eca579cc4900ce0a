import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Operation } from "@/lib/events/operation";
import { readTime } from "@/lib/format/read-time";
import { newId, toUuid } from "@/lib/ids";
import { correctedTime, DeviceClocks, SendOrder } from "@/lib/ingest/parse/time";

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
  test("a time in the past is kept", () => expect(at(iso(RECEIVED - MINUTE))).toBe(RECEIVED - MINUTE));

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

const NOW = Date.UTC(2026, 5, 15, 12);
const HOUR = 60 * MINUTE;

/**
 * A device whose clock is `ahead` ms ahead of ours, and its requests: captured at `capturedAt`, sent at once, in
 * transit for `transit` ms.
 */
function device(ahead: number, clocks = new DeviceClocks(), stream: string | null = "p/a") {
  return (capturedAt: number, transit: number, sentAt = capturedAt) =>
    clocks.correct(stream, capturedAt + ahead, sentAt + ahead, sentAt + transit);
}

describe("a correct clock", () => {
  test("is not corrected, however long requests take after a quick one", () => {
    const at = device(0);
    expect([at(NOW, 80), at(NOW + 5_000, 4_000), at(NOW + 20_000, 59_000)]).toEqual([NOW, NOW + 5_000, NOW + 20_000]);
  });

  test("half a second of latency is not a wrong clock", () => expect(device(0)(NOW, 900)).toBe(NOW));

  test("a slow first request is shifted by its latency, and later events do not precede it", () => {
    const at = device(0);
    const first = at(NOW, 4_000);
    const second = at(NOW + 3_500, 100);
    expect(first).toBe(NOW + 4_000);
    expect(second).toBe(NOW + 4_001);
    expect(at(NOW + 6_000, 100)).toBe(NOW + 6_000);
  });
});

describe("a wrong clock", () => {
  test.each([
    ["an hour ahead", HOUR],
    ["an hour behind", -HOUR],
    ["three seconds ahead", 3_000],
    ["ten years behind", -87_600 * HOUR],
  ])(
    "%s: correct within the quickest request's latency, and a delayed request is not shifted by its delay",
    (_guarantee, ahead) => {
      const at = device(ahead);
      expect(at(NOW, 120)).toBe(NOW + 120);
      expect(at(NOW + 10_000, 25_000)).toBe(NOW + 10_120);
      expect(at(NOW + 90_000, 60)).toBe(NOW + 90_060);
    },
  );

  test("that is set meanwhile is estimated again", () => {
    const clocks = new DeviceClocks();
    expect(device(HOUR, clocks)(NOW, 100)).toBe(NOW + 100);
    expect(device(0, clocks)(NOW + MINUTE, 100)).toBe(NOW + MINUTE);
    expect(device(-HOUR, clocks)(NOW + 2 * MINUTE, 100)).toBe(NOW + 2 * MINUTE + 100);
  });

  test("that drifts is tracked: observations older than half an hour do not count", () => {
    const clocks = new DeviceClocks();
    device(2_000, clocks)(NOW, 0);
    device(-2_000, clocks)(NOW + 16 * MINUTE, 0);
    expect(device(-2_000, clocks)(NOW + 29 * MINUTE, 0)).toBe(NOW + 29 * MINUTE - 4_000);
    expect(device(-2_000, clocks)(NOW + 31 * MINUTE, 0)).toBe(NOW + 31 * MINUTE);
  });

  test("of a server, which has no stream, is estimated per request", () => {
    const at = device(HOUR, new DeviceClocks(), null);
    expect(at(NOW, 100)).toBe(NOW + 100);
    expect(at(NOW, 30_000)).toBe(NOW + 30_000);
  });
});

test("one device does not affect another's clock, and without a sending time nothing is shifted", () => {
  const clocks = new DeviceClocks();
  device(HOUR, clocks, "p/a")(NOW, 100);
  expect(device(0, clocks, "p/b")(NOW, 5_000)).toBe(NOW + 5_000);
  expect(clocks.correct("p/a", NOW, Number.NaN, NOW + 100)).toBe(NOW);
});

test("the number of remembered devices is bounded", () => {
  const clocks = new DeviceClocks(2);
  for (const stream of ["a", "b", "c"]) device(0, clocks, stream)(NOW, 0);
  expect(device(0, clocks, "c")(NOW + 1, 5_000)).toBe(NOW + 1);
  expect(device(0, clocks, "a")(NOW + 1, 5_000)).toBe(NOW + 5_001);
});

/**
 * Any sequence of one device's requests: its clock is off by any amount, a first request is quick, later ones take up
 * to a minute.
 */
const walk = fc.record({
  ahead: fc.integer({ min: -30 * 24 * HOUR, max: 30 * 24 * HOUR }),
  first: fc.integer({ min: 0, max: 900 }),
  steps: fc.array(
    fc.record({ pause: fc.integer({ min: 0, max: 90_000 }), transit: fc.integer({ min: 0, max: 59_000 }) }),
    { maxLength: 6 },
  ),
});

test("property: for any clock, times are correct within a second and never out of order", () => {
  fc.assert(
    fc.property(walk, ({ ahead, first, steps }) => {
      const clocks = new DeviceClocks(1);
      let [captured, free, before] = [NOW, NOW, 0];
      for (const { pause, transit } of [{ pause: 0, transit: first }, ...steps]) {
        captured += pause;
        const sent = Math.max(captured, free); // the SDK sends one request at a time
        free = sent + transit;
        const corrected = Math.min(clocks.correct("p/a", captured + ahead, sent + ahead, free), free);
        expect(Math.abs(corrected - captured)).toBeLessThanOrEqual(1_000);
        expect(corrected).toBeGreaterThanOrEqual(before);
        before = corrected;
      }
    }),
  );
});

test("property: order within a device is kept even when the first requests are slow", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 59_000 }), { minLength: 2, maxLength: 12 }), (transits) => {
      const clocks = new DeviceClocks(1);
      let free = NOW;
      const times = transits.map((transit, i) => {
        const captured = NOW + i * 1_000;
        const sent = Math.max(captured, free); // the SDK sends one request at a time
        free = sent + transit;
        return Math.min(clocks.correct("p/a", captured, sent, free), free);
      });
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }),
  );
});

const PROJECT = "0192f0a0-0000-7000-8000-000000000001";
const AT = RECEIVED - 60_000;

const foreign = (name: string) => toUuid(name, PROJECT);
const op = (id: string, ts: number, who: { anon?: string | null; user?: string | null } = { anon: "d" }): Operation =>
  ({ id, ts, anon: null, user: null, ...who }) as Operation;

/** The operations' times after AT (or `from`), in the order sent, each in a message of its own. */
function place(operations: Operation[], order = new SendOrder(), from = AT): number[] {
  order.place(
    PROJECT,
    operations.map((one) => [one]),
    RECEIVED,
  );
  return operations.map(({ ts }) => ts - from);
}

/** In the order that rows are read: by time, then id. */
const read = (operations: Operation[]) =>
  [...operations].sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1)).map(({ id }) => id);

describe("messages of one millisecond keep the order they were sent in:", () => {
  test("with ids that are not UUIDs, a millisecond apart", () => {
    const sent = Array.from({ length: 6 }, (_, i) => op(foreign(`m${i + 1}`), AT));
    expect(place(sent)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("later messages stay after them, and messages with their own time keep it", () => {
    const sent = [AT, AT, AT, AT + 1, AT + 10, AT + 10].map((ts, i) => op(foreign(`m${i}`), ts));
    expect(place(sent)).toEqual([0, 1, 2, 3, 10, 11]);
    expect(read(sent)).toEqual(sent.map(({ id }) => id));
  });

  test("UUIDv7s define their own order, wherever they are", () => {
    const ids = [newId(), newId(), newId()] as const;
    expect(place([op(ids[2], AT), op(ids[0], AT), op(ids[1], AT)])).toEqual([0, 0, 0]);
    const mixed = [op(ids[0], AT), op(foreign("m"), AT), op(ids[1], AT)];
    expect(place(mixed)).toEqual([0, 1, 2]);
  });

  test("an earlier message that was sent later keeps its time", () => {
    expect(place([op(foreign("a"), AT), op(foreign("b"), AT - 5), op(foreign("c"), AT)])).toEqual([0, -5, 1]);
  });

  test("devices, users and projects are independent of each other", () => {
    const order = new SendOrder();
    const who = [{ anon: "d" }, { anon: "e" }, { user: "u" }, { anon: "d", user: "u" }, {}, {}];
    expect(
      place(
        who.map((one, i) => op(foreign(`m${i}`), AT, { anon: null, ...one })),
        order,
      ),
    ).toEqual([0, 0, 0, 1, 0, 0]);
    const other = op(foreign("x"), AT);
    order.place("0192f0a0-0000-7000-8000-000000000002", [[other]], RECEIVED);
    expect(other.ts).toBe(AT);
  });

  test("also in separate requests, as browsers send them", () => {
    const order = new SendOrder();
    expect(["a", "b", "c"].flatMap((name) => place([op(foreign(name), AT)], order))).toEqual([0, 1, 2]);
  });

  test("those without a time are placed before their receipt, never after it", () => {
    const sent = Array.from({ length: 6 }, (_, i) => op(foreign(`m${i}`), RECEIVED));
    expect(place(sent, undefined, RECEIVED)).toEqual([-5, -4, -3, -2, -1, 0]);
  });

  test("operations of one message stay together", () => {
    const [track, identify, next] = [op(foreign("a"), AT), op(foreign("a/identify"), AT), op(foreign("b"), AT)];
    new SendOrder().place(PROJECT, [[track, identify], [], [next]], RECEIVED);
    expect([track, identify, next].map(({ ts }) => ts - AT)).toEqual([0, 0, 1]);
  });

  test("times to the second stay within it", () => {
    const order = new SendOrder();
    for (let request = 0; request < 5; request++) {
      const moved = place(
        Array.from({ length: 500 }, (_, i) => op(foreign(`${request}/${i}`), AT)),
        order,
      );
      expect(Math.max(...moved)).toBeLessThan(1_000);
      expect(Math.min(...moved)).toBeGreaterThanOrEqual(0);
    }
  });
});
