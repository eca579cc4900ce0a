import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type Health = { answers: number; slowestMs: number; failed: number };

/** Polls the health of `url` until `stop` is called, which resolves to the result. */
export function watchHealth(url: string): { stop: () => Promise<Health> } {
  const watcher = fork(join(import.meta.dirname, "health-watcher.mjs"), [url], { execArgv: [] });
  return {
    stop: async () => {
      const reported = once(watcher, "message");
      watcher.send("stop");
      const [health] = await reported;
      return health as Health;
    },
  };
}
