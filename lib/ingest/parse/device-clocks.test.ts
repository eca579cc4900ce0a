import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DeviceClocks } from "@/lib/ingest/parse/device-clocks";

const NOW = Date.UTC(2026, 5, 15, 12);
const MINUTE = 60_000;
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
