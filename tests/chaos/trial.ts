import { setTimeout as sleep } from "node:timers/promises";
import { memoryOf } from "../support/process-tree";
import type { Target } from "./instance";
import { Ledger, type Verdict } from "./ledger";
import { Load } from "./load";

/** Under load before the fault, and after everybody is served again, in ms. */
const PACE = { beforeMs: 3_000, afterMs: 2_000 };
/** How soon everybody must be served again after the fault has ended, in ms: longer than the app ever waits. */
const RECOVERY_MS = 60_000;
const POLL_MS = 250;
/** By how many bytes the app's memory may grow: each process bounds what waits to 64 MiB. */
export const MEMORY_BYTES = 300 * 2 ** 20;

export type Result = {
  fault: string;
  verdict: Verdict;
  statuses: ReadonlyMap<string, number>;
  wrong: readonly string[];
  /** From the fault's end until every sender was served, in ms; null: not in time. */
  recoveryMs: number | null;
  longestMs: number;
  memoryBefore: number;
  memoryPeak: number;
  /** What the fault itself found, for the table. */
  notes: string;
  /** Guarantees that broke; none: []. */
  broken: readonly string[];
};

export type Trial = {
  fault: string;
  app: Target;
  /** The database, reached directly rather than through a line that breaks. Read after the fault. */
  databaseUrl: () => string;
  /** Injects the fault, ends it and notes what it found. Whatever it throws is a broken guarantee. */
  make: (load: Load) => Promise<string | undefined>;
  /** What this fault may cost according to docs/operations.md, such as acknowledged events when a replica lags. */
  allows?: readonly (keyof Verdict)[];
  pace?: typeof PACE;
};

/** One fault under load: what was acknowledged, stored, answered and used. */
export async function attempt({ fault, app, databaseUrl, make, allows = [], pace = PACE }: Trial): Promise<Result> {
  const ledger = new Ledger();
  const load = new Load(app.url, app.key, ledger);
  await sleep(pace.beforeMs);
  const broken: string[] = [];
  const memoryBefore = memoryOf(app.pid);
  let memoryPeak = memoryBefore;
  const watching = setInterval(() => {
    memoryPeak = Math.max(memoryPeak, memoryOf(app.pid));
  }, POLL_MS);
  const notes = await make(load).catch((error: Error) => {
    broken.push(error.message);
    return "";
  });
  const ended = performance.now();
  let recoveryMs: number | null = null;
  while (recoveryMs === null && performance.now() - ended < RECOVERY_MS) {
    await sleep(POLL_MS);
    const served = load.allServedSince(ended);
    if (served !== null) recoveryMs = served - ended;
  }
  await sleep(pace.afterMs);
  await load.stop(RECOVERY_MS).catch((error: Error) => broken.push(error.message));
  clearInterval(watching);
  const verdict = await ledger.compare(databaseUrl(), app.projectId);
  if (recoveryMs === null) broken.push("it did not recover by itself");
  for (const what of ["lost", "twice", "unsent", "miscounted"] as const)
    if (verdict[what] !== 0 && !allows.includes(what)) broken.push(`${verdict[what]} ${what}`);
  if (load.wrong.size > 0) broken.push([...load.wrong].join(", "));
  if (memoryPeak - memoryBefore > MEMORY_BYTES) broken.push("memory");
  if (!app.isRunning) broken.push("the app ended");
  return {
    fault,
    verdict,
    statuses: load.statuses,
    wrong: [...load.wrong],
    recoveryMs,
    longestMs: load.longestMs,
    memoryBefore,
    memoryPeak,
    notes: notes ?? "",
    broken,
  };
}
