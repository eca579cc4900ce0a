import { once } from "node:events";
import { Worker } from "node:worker_threads";

export type Health = { answers: number; slowestMs: number; failed: number };

/** Asks for the health of `url` again and again until `stop` is called, which resolves to how it went. */
export function watchHealth(url: string): { stop: () => Promise<Health> } {
  const worker = new Worker(new URL("./health-worker.mjs", import.meta.url), { workerData: { url } });
  return {
    stop: async () => {
      const told = once(worker, "message");
      worker.postMessage("stop");
      const [health] = await told;
      return health as Health;
    },
  };
}
