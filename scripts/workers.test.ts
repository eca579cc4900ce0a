import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startWorkers } from "./workers";

test("a worker that hangs while it starts is killed, as one that hangs later is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "throughline-worker-"));
  const exec = join(folder, "worker.mjs");
  writeFileSync(exec, "setInterval(() => {}, 1_000);"); // says neither that it is ready nor that it failed
  const clock = { pingEveryMs: 50, silentMs: 1_000 };
  try {
    const started = startWorkers({ count: 1, port: 0, host: undefined, log: () => {}, exec, clock });
    await expect(started).rejects.toThrow("it ended while starting");
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 20_000);
