import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LaterCounts } from "./later-counts";
import type { Database } from "./pool";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("while the database is unreachable, any number of counts wait, are retried with backoff, and none is lost", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const written: number[] = [];
  let attempts = 0;
  let isAway = true;
  const write = async (_db: Database, batch: readonly { count: number }[]) => {
    attempts++;
    if (isAway) throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    written.push(...batch.map(({ count }) => count));
  };
  const counts = new LaterCounts<{ day: string }>("test counts", write, () => ({}) as Database);
  for (let second = 0; second < 300; second++) {
    counts.add({ day: "2026-01-01" }, 1);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(attempts).toBeGreaterThan(5);
  expect(attempts).toBeLessThan(25);
  expect(logged.mock.calls.length).toBeLessThanOrEqual(5);
  isAway = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(written).toEqual([300]);
});
