import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

/**
 * Asks `workerData.url` for its health every 25 ms until told to stop, then posts how it went. A thread of its own: in the
 * fuzzer's, an answer waits while a request of 100 MB is made up, and seems late.
 */
const EVERY_MS = 25;

const seen = { answers: 0, slowestMs: 0, failed: 0 };
let isOver = false;
parentPort.once("message", () => {
  isOver = true;
});
while (!isOver) {
  const began = performance.now();
  const status = await fetch(`${workerData.url}/api/health`, { signal: AbortSignal.timeout(60_000) })
    .then(async (response) => {
      await response.arrayBuffer();
      return response.status;
    })
    .catch(() => 0);
  seen.slowestMs = Math.max(seen.slowestMs, performance.now() - began);
  if (status !== 200) seen.failed++;
  seen.answers++;
  await sleep(EVERY_MS);
}
parentPort.postMessage(seen);
