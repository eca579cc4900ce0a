import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two looks at /api/health. */
const EVERY_MS = 25;

export type Health = { answers: number; slowestMs: number; failed: number };

/** Asks for the health of `url` again and again until `stop` is called, which answers how it went. */
export function watchHealth(url: string): { stop: () => Promise<Health> } {
  const seen: Health = { answers: 0, slowestMs: 0, failed: 0 };
  let over = false;
  const watching = (async () => {
    while (!over) {
      const began = performance.now();
      const status = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(60_000) })
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
    return seen;
  })();
  return {
    stop: () => {
      over = true;
      return watching;
    },
  };
}
