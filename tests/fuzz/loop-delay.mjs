import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/**
 * Loaded into the app before its own code: writes the longest time for which its event loop ran nothing else, in
 * milliseconds, to the file that LOOP_DELAY_FILE names, and starts over at each SIGUSR2. At most the processor time
 * used meanwhile counts: a health check can also be late because the machine is busy with other work.
 */
const TICK_MS = 10;
const WRITE_EVERY_MS = 500;

const file = process.env.LOOP_DELAY_FILE;
if (isMainThread && file !== undefined) {
  let longest = 0;
  let ticked = performance.now();
  let used = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(used);
    longest = Math.max(longest, Math.min(performance.now() - ticked - TICK_MS, (user + system) / 1_000));
    ticked = performance.now();
    used = process.cpuUsage();
  }, TICK_MS).unref();
  setInterval(() => writeFileSync(file, String(longest)), WRITE_EVERY_MS).unref();
  process.on("SIGUSR2", () => {
    longest = 0;
  });
}
