import { expect, test } from "vitest";
import type { Operation } from "@/lib/events/operation";
import { DEFAULT_CEILINGS, DEFAULT_PRIVACY, type ProjectSettings } from "@/lib/projects/settings";
import { Batcher } from "./batcher";

const project = { id: "p", privacy: DEFAULT_PRIVACY, ceilings: DEFAULT_CEILINGS } as unknown as ProjectSettings;
const operations = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => ({ id: String(i), kind: "event", anon: `d${i}`, user: null }) as unknown as Operation,
  );
const full = { code: "unavailable", retryAfterSeconds: 1 };

/** A batcher whose database never answers, so that everything submitted waits. */
const stalled = (limits: { waiting: number; waitingBytes: number }) =>
  new Batcher(
    () => {
      throw new Error("nothing is stored here");
    },
    { batch: 100, concurrent: 0, split: 100, ...limits },
  );
const isPending = async (promise: Promise<unknown>) =>
  (await Promise.race([promise.then(() => "done"), new Promise((resolve) => setImmediate(resolve, "pending"))])) ===
  "pending";

test("the queue is bounded in bytes: a few large requests count as many small ones", async () => {
  const batcher = stalled({ waiting: 1_000, waitingBytes: 100_000 });
  expect(await isPending(batcher.submit(project, operations(2), 60_000))).toBe(true);
  await expect(batcher.submit(project, operations(1), 60_000)).rejects.toMatchObject(full);
  expect(await isPending(batcher.submit(project, operations(1), 30_000))).toBe(true);
  await expect(batcher.submit(project, operations(1), 10_001)).rejects.toMatchObject(full);
});

test("the queue is bounded in number", async () => {
  const batcher = stalled({ waiting: 10, waitingBytes: 1e9 });
  expect(await isPending(batcher.submit(project, operations(8), 100))).toBe(true);
  await expect(batcher.submit(project, operations(3), 100)).rejects.toMatchObject(full);
});
