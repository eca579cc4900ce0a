import sql from "sql-template-tag";
import { beforePoolsEnd, type Database, type Pool, pipelined, pool } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { type Backoff, backoff } from "@/lib/faults/backoff";
import { describeFault } from "@/lib/faults/data-fault";
import { isolating } from "@/lib/faults/isolate";
import { logFault } from "@/lib/faults/log";
import { ID_MAX_LENGTH } from "@/lib/format/id-length";
import { isStorable } from "@/lib/format/storable";
import { type Lru, lru } from "@/lib/lru";
import { withoutStandIns } from "@/lib/reading/stand-ins";
import { jobReader } from "@/lib/scope";
import { ACTS, type Act } from "./acts";

/** An entry to write. `person`: a ref, or the id of an identity that is being erased. */
export type AccessLogEntry = {
  projectId: string;
  at: number;
  actor: string;
  act: Act;
  person?: string | number | undefined;
  account?: string | undefined;
};

/** Entries wait in memory for this long, so that no page waits for the log. A killed process loses that much. */
const FLUSH_MS = 500;
/** The longest pause between attempts while the database is unreachable. */
const MAX_RETRY_MS = 30_000;
/** The most entries that may wait. While the database is unreachable, no page can be viewed either. */
const WAITING_MAX = 20_000;
const BATCH = 1_000;
/** For this long, further views of the same person or screen, and further searches on it, add no entry. */
const SAME_VIEW_MS = 5 * 60_000;
const SAME_VIEWS_MAX = 50_000;
/** The longest id in UTF-16 units, with a ref's prefix. An index cannot hold much longer ones. */
const MAX_CHARS = 2 * ID_MAX_LENGTH + 2;

type Recording = {
  waiting: AccessLogEntry[];
  recent: Lru<true>;
  timer: ReturnType<typeof setTimeout> | null;
  writing: Promise<void> | null;
  retry: Backoff;
};
const shared = globalThis as typeof globalThis & { throughlineAccessLog?: Recording };
/** One per process, also across Next's module copies. */
const recording = (): Recording =>
  (shared.throughlineAccessLog ??= {
    waiting: [],
    recent: lru<true>(SAME_VIEWS_MAX, { ttl: SAME_VIEW_MS }),
    timer: null,
    writing: null,
    retry: backoff(MAX_RETRY_MS),
  });

/** Records what somebody did. Returns at once and never throws. */
export function recordAccess(given: AccessLogEntry): void {
  const entry = { ...given, account: withoutStandIns(jobReader(given.projectId), given.account) };
  const state = recording();
  // A lost entry must not count as recorded, so that the next view is.
  if (state.waiting.length >= WAITING_MAX) {
    logFault("the access log lost an entry: too many wait for the database", new Error("full"));
    return;
  }
  if (isRepeated(state, entry)) return;
  const isAcceptable = (text: unknown) => typeof text !== "string" || (text.length <= MAX_CHARS && isStorable(text));
  const { person, account, ...rest } = entry;
  state.waiting.push({
    ...rest,
    person: isAcceptable(person) ? person : undefined,
    account: isAcceptable(account) ? account : undefined,
  });
  beforePoolsEnd("access log", flushAccessLog);
  scheduleFlush(state, FLUSH_MS);
}

function isRepeated({ recent }: Recording, { projectId, actor, act, person, account }: AccessLogEntry): boolean {
  const { kind } = ACTS[act];
  if (kind !== "view" && kind !== "search") return false;
  const subject = person === undefined ? (account === undefined ? act : `account ${account}`) : `person ${person}`;
  const key = JSON.stringify([projectId, actor, kind, act === "preview_erasure" ? act : "", subject]);
  if (recent.has(key)) return true;
  recent.set(key, true);
  return false;
}

/**
 * Writes the waiting entries in order, one writer at a time. If that fails, they stay queued and the error is thrown.
 */
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

/**
 * Writes project by project, beginning with that of the oldest entry. Entries that arrive meanwhile join the end. One
 * that Postgres rejects blocks no other: it is written without its person or account.
 */
async function write(state: Recording, db: Database): Promise<void> {
  const append = async (projectId: string, entries: readonly AccessLogEntry[], stored = entries) => {
    await appendEntries(db, projectId, stored);
    const written = new Set(entries);
    state.waiting = state.waiting.filter((entry) => !written.has(entry));
  };
  for (let first = state.waiting[0]; first; first = state.waiting[0]) {
    const { projectId } = first;
    await isolating(
      state.waiting.filter((entry) => entry.projectId === projectId).slice(0, BATCH),
      (entries) => append(projectId, entries),
      async (entry, error) => {
        if (isTimeout(error)) throw error; // retried: it says nothing about the entry
        logFault(`the access log cannot say whom an entry (${entry.act}) is about`, new Error(describeFault(error)));
        await append(projectId, [entry], [{ ...entry, person: undefined, account: undefined }]);
      },
    );
  }
}

const isTimeout = (error: unknown): boolean => (error as { code?: unknown }).code === "57014";

/** Appends a project's entries in order, unless it was deleted. Refs are resolved to internal ids and not stored. */
async function appendEntries(db: Database, projectId: string, entries: readonly AccessLogEntry[]): Promise<void> {
  const refs = entries.map(({ person }) => (typeof person === "string" ? person.normalize("NFC") : null));
  const known = await peopleBehind(
    db,
    projectId,
    [...new Set(refs)].filter((ref) => ref !== null),
  );
  const people = entries.map(({ person }, i) => (typeof person === "number" ? person : known.get(refs[i] ?? "")));
  await db.query(sql`
    INSERT INTO access_log (project_id, at, actor, what, person, account)
    SELECT ${projectId}::uuid, e.at, e.actor, e.what, e.person, e.account
      FROM unnest(${entries.map((one) => timestamp(one.at))}::timestamptz[],
                  ${entries.map((one) => one.actor)}::text[], ${entries.map((one) => one.act)}::text[],
                  ${people.map((person) => person ?? null)}::bigint[],
                  ${entries.map((one) => one.account ?? null)}::text[])
             WITH ORDINALITY AS e(at, actor, what, person, account, n)
      JOIN projects p ON p.id = ${projectId}
     ORDER BY e.n`);
}

/**
 * The internal ids of the people behind refs; an anonymous id stands for its person, as in findPerson. A statement of
 * its own, as Citus cannot plan these joins within an INSERT. Unique keys.
 */
async function peopleBehind(db: Database, projectId: string, refs: string[]): Promise<Map<string, number>> {
  if (refs.length === 0) return new Map();
  const { rows } = await db.query<{ ref: string; person: number }>(sql`
    SELECT e.ref,
           CASE WHEN i.kind = 'a' THEN coalesce(
             (SELECT s.owner_id FROM spans s
               WHERE s.project_id = ${projectId} AND s.stream_id = i.id AND s.owner_id > 0
                 AND NOT EXISTS (SELECT 1 FROM spans v WHERE v.project_id = ${projectId} AND v.stream_id = i.id
                                    AND v.owner_id IS NULL AND v.event_count > 0)
               ORDER BY s.from_ts DESC LIMIT 1), i.id) ELSE i.id END AS person
      FROM unnest(${refs}::text[]) e(ref)
      JOIN identities i
        ON i.project_id = ${projectId} AND i.kind = left(e.ref, 1) AND substr(e.ref, 2, 1) = ':'
       AND i.ext_id = btrim(substr(e.ref, 3))`);
  return new Map(rows.map(({ ref, person }) => [ref, person]));
}

/** Schedules a write in `ms` unless one is scheduled; after a failure it retries with backoff. */
function scheduleFlush(state: Recording, ms: number): void {
  state.timer ??= setTimeout(() => {
    state.timer = null;
    flushAccessLog().then(
      () => state.retry.worked(),
      (error: unknown) => {
        logFault("the access log could not be written yet", error);
        scheduleFlush(state, state.retry.failed());
      },
    );
  }, ms).unref();
}

/** Rows per DELETE. */
const CHUNK_ROWS = 5_000;

/**
 * Deletes a chunk of a project's entries that are past its retention; `hasMore`: there may be more. One statement a
 * project, as Citus cannot look for such entries in all projects at once. access_log_at_idx.
 */
export async function deleteOldAccessLogEntries(
  db: Pool,
  projectId: string,
  now: number,
): Promise<{ deleted: number; hasMore: boolean }> {
  const deleted = await pipelined(db, async (unit) => {
    unit.defer(unit.tx.query("SET LOCAL throughline.access_log = 'delete'"));
    const { rowCount } = await unit.tx.query(sql`
      DELETE FROM access_log WHERE project_id = ${projectId} AND id IN (
        SELECT id FROM access_log
         WHERE project_id = ${projectId}
           AND at < ${timestamp(now)}::timestamptz
                    - (SELECT access_log_days FROM projects WHERE id = ${projectId}) * interval '1 day'
         ORDER BY at LIMIT ${CHUNK_ROWS})`);
    return rowCount ?? 0;
  });
  return { deleted, hasMore: deleted === CHUNK_ROWS };
}

/** Makes the next view count as new, for tests. */
export const forgetRecentViews = (): void => recording().recent.clear();
