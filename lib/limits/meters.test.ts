import fc from "fast-check";
import { expect, test } from "vitest";
import { Meters, RateLimit, type ReportUse } from "@/lib/limits/meters";

/** The database's table, on a clock that the test moves. */
function sharedTable() {
  const clock = { now: 0 };
  const rows = new Map<string, { level: number; at: number }>();
  const state = { statements: 0, isAway: false };
  const report: ReportUse = async (used, perSecond) => {
    state.statements += 1;
    if (state.isAway) throw new Error("away");
    const levels = used.map(({ key, amount }): [string, number] => {
      const row = rows.get(key) ?? { level: 0, at: clock.now };
      const level = Math.max(0, row.level - ((clock.now - row.at) / 1_000) * perSecond) + amount;
      rows.set(key, { level, at: clock.now });
      return [key, level];
    });
    return new Map(levels);
  };
  return { clock, report, rows, state };
}

const isAdmitted = (limit: RateLimit, now: number): boolean => {
  try {
    limit.admit("a", now, "too much");
    return true;
  } catch {
    return false;
  }
};

test("several processes together admit what one would, and a second's worth more each", async () => {
  const sends = fc.array(fc.tuple(fc.nat(3), fc.nat(400), fc.nat(60)), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), sends, async (processes, steps) => {
      const table = sharedTable();
      const [rate, burst] = [10, 50];
      const limits = Array.from({ length: processes }, () => new RateLimit(rate, burst, table.report));
      let admitted = 0;
      for (const [of, waitMs, requests] of steps) {
        table.clock.now += waitMs;
        const limit = limits[of % processes] as RateLimit;
        for (let n = 0; n < requests; n++) {
          if (isAdmitted(limit, table.clock.now)) admitted += 1;
          await limit.settled();
        }
      }
      expect(admitted).toBeLessThanOrEqual(burst + (rate * table.clock.now) / 1_000 + processes * rate);
    }),
    { numRuns: 50 },
  );
});

test("one process admits its whole burst and then exactly the rate", async () => {
  const table = sharedTable();
  const limit = new RateLimit(10, 50, table.report);
  const spend = async (requests: number) => {
    let admitted = 0;
    for (let n = 0; n < requests; n++) {
      if (isAdmitted(limit, table.clock.now)) admitted += 1;
      await limit.settled();
    }
    return admitted;
  };
  expect(await spend(80)).toBe(50);
  table.clock.now += 1_000;
  expect(await spend(80)).toBe(10);
  table.clock.now += 100_000;
  expect(await spend(80)).toBe(50);
});

test("what one process counted, another learns with its next chunk, and the seconds to wait follow from it", async () => {
  const table = sharedTable();
  const [one, other] = [new RateLimit(10, 50, table.report), new RateLimit(10, 50, table.report)];
  one.charge("a", 200, 0);
  await one.settled();
  other.charge("a", 10, 0);
  await other.settled();
  expect(() => other.admit("a", 0, "too much")).toThrow(expect.objectContaining({ retryAfterSeconds: 17 }));
});

test("statements grow with chunks, not with messages, and a small sender causes none", async () => {
  const table = sharedTable();
  const limit = new RateLimit(500, 10_000, table.report);
  for (let visitor = 0; visitor < 1_000; visitor++) limit.charge(`v${visitor}`, 20, 0);
  expect(table.state.statements).toBe(0);
  for (let message = 0; message < 5_000; message++) {
    limit.charge("busy", 1, 0);
    await limit.settled();
  }
  expect(table.state.statements).toBe(10);
});

test("while the database is unreachable limits hold per process, and nothing counted meanwhile is lost", async () => {
  const table = sharedTable();
  table.state.isAway = true;
  const meters = new Meters({ perSecond: 0, report: table.report });
  for (let at = 0; at < 100; at++) {
    meters.add("a", 10, 10, at);
    await meters.settled();
  }
  expect(meters.level("a", 100)).toBe(1_000);
  expect(table.state.statements).toBe(1);
  table.state.isAway = false;
  meters.add("a", 10, 10, 5_000);
  await meters.settled();
  expect(table.rows.get("a")?.level).toBe(1_010);
});

test("no rate means no limit and no statement", () => {
  const table = sharedTable();
  const limit = new RateLimit(0, 0, table.report);
  for (let n = 0; n < 1_000; n++) expect(isAdmitted(limit, 0)).toBe(true);
  expect(table.state.statements).toBe(0);
});

test("a clock that is set back an hour does not shut anybody out: the bucket keeps draining", () => {
  const limit = new RateLimit(10, 20, async () => new Map());
  const hour = 3_600_000;
  for (let i = 0; i < 20; i++) expect(isAdmitted(limit, hour)).toBe(true);
  expect(isAdmitted(limit, 0)).toBe(false);
  expect(isAdmitted(limit, 1_000)).toBe(true);
});
