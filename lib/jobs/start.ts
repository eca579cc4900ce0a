import { pool } from "@/lib/db/pool";
import { destroyOldSalts } from "@/lib/ingest/visitors";
import { finishErasures } from "@/lib/privacy/erase";
import { noteShownColumns } from "./columns";
import { countSegments } from "./segments";

/** How often everything is looked after: one hour, in milliseconds. */
const EVERY_MS = 60 * 60 * 1000;

/** One thing to be looked after. It may run in several processes at once, be cut off anywhere, and run again at any time. */
export type Job = { name: string; run: (now: number) => Promise<unknown> };

const JOBS: readonly Job[] = [
  // A crash may have left the rows of somebody erased; nobody sees them, but they must go.
  { name: "finish erasures", run: () => finishErasures(pool()) },
  // After this nobody can recompute the cookieless visitors of the day before yesterday.
  { name: "destroy old salts", run: (now) => destroyOldSalts(now) },
  { name: "count segments", run: (now) => countSegments(now) },
  { name: "note shown columns", run: (now) => noteShownColumns(now) },
];

/**
 * Runs every job now and every hour, one after the other; one that fails is logged and tried again an hour later. Keeps
 * no process alive. `stop` waits for nothing: a job that is cut off goes on at the next start.
 */
export function startJobs(jobs: readonly Job[] = JOBS, everyMs = EVERY_MS): { stop(): void } {
  let stopped = false;
  let running = false;
  const round = async () => {
    if (running) return;
    running = true;
    for (const { name, run } of jobs) {
      if (stopped) break;
      await run(Date.now()).catch((error: unknown) => {
        if (stopped) return; // the database went away because we are going
        console.error(`job "${name}" failed and will be tried again:`, error instanceof Error ? error.message : error);
      });
    }
    running = false;
  };
  void round();
  const timer = setInterval(() => void round(), everyMs).unref();
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
