import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz } from "../fuzz/fuzz";
import { type RunningTarget, startTarget } from "../fuzz/target";
import { preparedDataDir } from "./instance";

/** Six seconds of what `npm run fuzz` does for longer; its seed is in the report that a failure prints. */
const DURATION_MS = 6_000;
/** Health checks may take this many times as long as when idle, counted as LATE_FLOOR_MS at least: others run too. */
const LATE_FACTOR = 25;
const LATE_FLOOR_MS = 40;

let target: RunningTarget;
beforeAll(async () => {
  const { dataDir, project } = await preparedDataDir();
  target = await startTarget(dataDir, project);
}, 300_000);
afterAll(() => target?.stop());

test("six seconds of hostile requests: nothing fails, nothing stalls, good messages beside them are stored", {
  timeout: 180_000,
}, async () => {
  const report = await fuzz(target, { seed: Math.floor(Math.random() * 1e9), durationMs: DURATION_MS });
  const summary = JSON.stringify(
    { ...report, busiestMs: target.busiestMs(), errors: target.errors().slice(0, 2_000) },
    null,
    1,
  );
  expect(report.requests, summary).toBeGreaterThan(50);
  expect(Object.keys(report.byStatus), summary).toEqual(expect.arrayContaining(["200", "400"]));
  expect(report.failures, summary).toEqual([]);
  expect(report.health.failed, summary).toBe(0);
  expect(report.health.slowestMs, summary).toBeLessThan(LATE_FACTOR * Math.max(report.idle.slowestMs, LATE_FLOOR_MS));
  expect(report.neighbours.sent, summary).toBeGreaterThan(10);
  expect(report.neighbours.missing, summary).toEqual([]);
});
