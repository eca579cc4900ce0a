import { LRUCache } from "lru-cache";
import { beforePoolsEnd, type Database, pool } from "@/lib/db/pool";
import { type Backoff, backoff } from "@/lib/faults/backoff";
import { logFault } from "@/lib/faults/log";
import { isStorable } from "@/lib/format/storable";
import { appendEntries, type Entry } from "./access-log.store";
import { kindOf } from "./acts";

/** Entries wait in memory for this long, so that no page waits for the log. A killed process loses as much. */
const FLUSH_MS = 500;
/** The longest pause between attempts while the database is away. */
const MAX_RETRY_MS = 30_000;
/** Most entries that may wait; while the database is away, nothing can be looked at either. */
const WAITING_MAX = 20_000;
const BATCH = 1_000;
/** A view of the same person, or of the same screen, and a search on it, is one entry for this long. */
const SAME_VIEW_MS = 5 * 60_000;
const SAME_VIEWS_MAX = 50_000;
/** Longer than any id. */
const MAX_CHARS = 4_000;

type Recording = {
  waiting: Entry[];
  recent: LRUCache<string, true>;
  timer: ReturnType<typeof setTimeout> | null;
  writing: Promise<void> | null;
  retry: Backoff;
};
const shared = globalThis as typeof globalThis & { throughlineAccessLog?: Recording };
/** One per process, also across Next's module copies. */
const recording = (): Recording =>
  (shared.throughlineAccessLog ??= {
    waiting: [],
    recent: new LRUCache<string, true>({ max: SAME_VIEWS_MAX, ttl: SAME_VIEW_MS }),
    timer: null,
    writing: null,
    retry: backoff(MAX_RETRY_MS),
  });

/** Records what somebody did. Returns at once and never throws. */
export function recordAccess(entry: Entry): void {
  const state = recording();
  // A lost view must not count as seen: the next one is to be recorded.
  if (state.waiting.length >= WAITING_MAX) {
    logFault("the access log lost an entry: too many wait for the database", new Error("full"));
    return;
  }
  if (isRepeated(state, entry)) return;
  // One that Postgres refuses would hold up all the others.
  const isFit = (text: unknown) => typeof text !== "string" || (text.length <= MAX_CHARS && isStorable(text));
  const { person, account, ...rest } = entry;
  state.waiting.push({
    ...rest,
    person: isFit(person) ? person : undefined,
    account: isFit(account) ? account : undefined,
  });
  beforePoolsEnd("access log", flushAccessLog);
  plan(state, FLUSH_MS);
}

function isRepeated({ recent }: Recording, { projectId, actor, act, person, account }: Entry): boolean {
  const kind = kindOf(act);
  if (kind !== "view" && kind !== "search") return false;
  const subject = person === undefined ? (account === undefined ? act : `account ${account}`) : `person ${person}`;
  const key = JSON.stringify([projectId, actor, kind, act === "preview_erasure" ? act : "", subject]);
  if (recent.has(key)) return true;
  recent.set(key, true);
  return false;
}

/** Writes what waits, in order; one writer at a time. If that fails it stays waiting, and the error is thrown. */
export async function flushAccessLog(db: Database = pool()): Promise<void> {
  const state = recording();
  if (state.timer) clearTimeout(state.timer);
  state.timer = null;
  while (state.writing) await state.writing.catch(() => undefined);
  state.writing = write(state, db).finally(() => {
    state.writing = null;
  });
  await state.writing;
}

async function write({ waiting }: Recording, db: Database): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting.slice(0, BATCH);
    await appendEntries(db, batch);
    waiting.splice(0, batch.length);
  }
}

/** Schedules a write in `ms` unless one is scheduled; after a failure it retries with backoff. */
function plan(state: Recording, ms: number): void {
  state.timer ??= setTimeout(() => {
    state.timer = null;
    flushAccessLog().then(
      () => state.retry.worked(),
      (error: unknown) => {
        logFault("the access log could not be written yet", error);
        plan(state, state.retry.failed());
      },
    );
  }, ms).unref();
}

/** For tests: the next view is recorded again. */
export const forgetRecentViews = (): void => recording().recent.clear();
