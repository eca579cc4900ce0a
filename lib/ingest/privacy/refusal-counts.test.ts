import { afterEach, beforeEach, expect, test, vi } from "vitest";

const attempts: number[] = [];
let away = true;
vi.mock("@/lib/db/pool", () => ({ pool: () => ({}), beforePoolsEnd: () => {} }));
vi.mock("@/lib/ingest/privacy/refusal-counts.store", () => ({
  addRefusals: async (_db: unknown, batch: { count: number }[]) => {
    attempts.push(performance.now());
    if (away) throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    written.push(...batch.map(({ count }) => count));
  },
}));
const written: number[] = [];
const { countRefusal } = await import("./refusal-counts");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("while the database is away, counts wait and are retried with growing pauses, however many there are, and none is lost", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  for (let second = 0; second < 300; second++) {
    countRefusal("project", "bot", Date.UTC(2026, 0, 1));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(attempts.length).toBeGreaterThan(5);
  expect(attempts.length).toBeLessThan(25);
  expect(logged.mock.calls.length).toBeLessThanOrEqual(5);
  away = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(written).toEqual([300]);
});
