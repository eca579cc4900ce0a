import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls the health of the URL in its first argument every 25 ms until told to stop, then reports. A separate process:
 * while the fuzzer generates a request of 100 MB, even its other threads stall.
 */
const EVERY_MS = 25;

const seen = { answers: 0, slowestMs: 0, failed: 0 };
let isOver = false;
process.once("message", () => {
  isOver = true;
});
while (!isOver) {
  const began = performance.now();
  const status = await fetch(`${process.argv[2]}/api/health`, { signal: AbortSignal.timeout(60_000) })
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
process.send(seen, () => process.disconnect());
