import { type Database, pool } from "@/lib/db/pool";
import { type Backoff, backoff } from "@/lib/faults/backoff";
import { logFault } from "@/lib/faults/log";
import type { Refusal } from "@/lib/ingest/privacy/refusal";
import { addRefusals, type Counted } from "@/lib/ingest/privacy/refusal-counts.store";

/**
 * Counts refusals. They are added up in memory and written every second, so that a crawler does not cost a transaction
 * per page. A killed process loses at most a second's counts.
 */
const FLUSH_MS = 1_000;
/** The longest pause between attempts while the database is away. */
const MAX_RETRY_MS = 30_000;
/** Most combinations of project, day and reason that may wait while the database is away; more are not counted. */
const WAITING_MAX = 10_000;

type Counting = { waiting: Map<string, Counted>; timer: ReturnType<typeof setTimeout> | null; retry: Backoff };
const shared = globalThis as typeof globalThis & { throughlineRefusals?: Counting };
const counting = (): Counting =>
  (shared.throughlineRefusals ??= { waiting: new Map(), timer: null, retry: backoff(MAX_RETRY_MS) });

/** Counts `count` refusals on the day of `now` (milliseconds, UTC). Returns at once and never throws. */
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

/** Writes the pending counts. If that fails they stay pending, and the error is thrown. */
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

/** Schedules a write in `ms` unless one is scheduled; after a failure it retries with backoff. */
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
