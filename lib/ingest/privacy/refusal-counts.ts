import { type Database, pool } from "@/lib/db/pool";
import { type Backoff, backoff } from "@/lib/faults/backoff";
import { logFault } from "@/lib/faults/log";
import type { Refusal } from "@/lib/ingest/privacy/refusal";
import { addRefusals, type Counted } from "@/lib/ingest/privacy/refusal-counts.store";

/**
 * How often something was refused. Added up in memory and written every second, so that a crawler costs no transaction a
 * page; a process that is killed loses at most that second's counts.
 */
const FLUSH_MS = 1_000;
/** The longest pause between attempts while the database is away. */
const MAX_RETRY_MS = 30_000;
/** Projects, days and reasons that may wait while the database is away; more are not counted. */
const WAITING_MAX = 10_000;

type Counting = { waiting: Map<string, Counted>; timer: ReturnType<typeof setTimeout> | null; retry: Backoff };
const shared = globalThis as typeof globalThis & { throughlineRefusals?: Counting };
const counting = (): Counting =>
  (shared.throughlineRefusals ??= { waiting: new Map(), timer: null, retry: backoff(MAX_RETRY_MS) });

/** Counts `count` refusals of the day `now` (milliseconds, UTC) is in. Waits for nothing and never throws. */
export function countRefusal(projectId: string, reason: Refusal, now: number, count = 1): void {
  const state = counting();
  add(state.waiting, { projectId, reason, day: new Date(now).toISOString().slice(0, 10), count });
  plan(state, FLUSH_MS);
}

function add(waiting: Map<string, Counted>, counted: Counted): void {
  const key = `${counted.projectId}/${counted.day}/${counted.reason}`;
  const known = waiting.get(key);
  if (known) known.count += counted.count;
  else if (waiting.size < WAITING_MAX) waiting.set(key, { ...counted });
}

/** Writes what waits. What cannot be written waits on, and the error is thrown. */
export async function flushRefusals(db: Database = pool()): Promise<void> {
  const state = counting();
  if (state.timer) clearTimeout(state.timer);
  state.timer = null;
  if (state.waiting.size === 0) return;
  const batch = [...state.waiting.values()];
  state.waiting = new Map();
  try {
    await addRefusals(db, batch);
  } catch (error) {
    for (const counted of batch) add(state.waiting, counted);
    throw error;
  }
}

/** Writes what waits in `ms`, unless that is planned already; after a failure again, in growing pauses. */
function plan(state: Counting, ms: number): void {
  state.timer ??= setTimeout(() => {
    flushRefusals().then(
      () => state.retry.worked(),
      (error: unknown) => {
        logFault("refusals could not be counted yet", error);
        plan(state, state.retry.failed());
      },
    );
  }, ms).unref();
}
