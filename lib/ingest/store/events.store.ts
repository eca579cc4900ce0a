import sql, { type Sql } from "sql-template-tag";
import { bigints, booleans, jsons, texts, timestamps, uuids } from "@/lib/db/binary-arrays";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import type { Context } from "@/lib/events/context";
import type { Operation } from "@/lib/events/operation";
import { lru } from "@/lib/lru";

/** An operation with its internal ids, as it is stored. */
export type StoredOperation = {
  operation: Operation;
  actorId: number | null;
  streamId: number | null;
  sessionId: string | null;
  claim: boolean;
  /** Whether it is an identify that changes nothing: stored, but not shown in timelines. */
  unchanged: boolean;
  warnings: string[];
};

/**
 * Stores operations that are new and returns their ids: the first accepted write of an id wins (docs/identity.md
 * R16, X3). Rows are inserted in id order, so that two writers of the same ids cannot deadlock. Primary key and
 * events_actor_ts_idx.
 */
export async function insertEvents(tx: Tx, projectId: string, rows: readonly StoredOperation[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { rows: stored } = await tx.query<{ ids: string[] | null }>(
    prepared(sql`
      WITH stored AS (
        ${insertSql(projectId, rows)}
        ON CONFLICT (project_id, id) DO NOTHING RETURNING id)
      SELECT CASE WHEN count(*) < ${rows.length}::int THEN coalesce(array_agg(id), '{}') END AS ids FROM stored`),
  );
  // Usually all are new, so their ids need not be returned.
  return new Set(stored[0]?.ids ?? rows.map((row) => row.operation.id));
}

export type InsertEvents = typeof insertEvents;

/**
 * Cheaper, for operations that are probably all new: fails with a unique violation if one is not (`isRepeatOfEvent`).
 */
async function insertNewEvents(tx: Tx, projectId: string, rows: readonly StoredOperation[]): Promise<Set<string>> {
  if (rows.length > 0) await tx.query(prepared(insertSql(projectId, rows)));
  return new Set(rows.map((row) => row.operation.id));
}

/** How long after a duplicate a project's batches expect more, in ms: SDKs resend their queue. */
const REPEATING_MS = 60_000;
const PROJECTS_MAX = 1_000;

const repeating = lru<true>(PROJECTS_MAX, { ttl: REPEATING_MS });

/**
 * Runs `work` with an `insert` that expects all events of a batch to be new, and again with one that does not if
 * Postgres finds a duplicate. At most one batch per project and minute needs both attempts.
 */
export async function expectingNew<T>(projectId: string, work: (insert: InsertEvents) => Promise<T>): Promise<T> {
  if (!repeating.has(projectId)) {
    try {
      return await work(insertNewEvents);
    } catch (error) {
      if (!isRepeatOfEvent(error)) throw error;
      repeating.set(projectId, true);
    }
  }
  return await work(insertEvents);
}

/**
 * Whether Postgres refused an event because it is already stored. On Citus the constraint's name ends with the shard's
 * number, and errors of a COPY to a shard only have a message.
 */
export function isRepeatOfEvent(error: unknown): boolean {
  const { code, constraint = "", message = "" } = error as { code?: string; constraint?: string; message?: string };
  if (code === "23505") return constraint.startsWith("events_pkey");
  return code === "XX000" && message.startsWith('duplicate key value violates unique constraint "events_pkey');
}

/** Calls `unnest` in the select list: in FROM it would copy each column. */
function insertSql(projectId: string, rows: readonly StoredOperation[]): Sql {
  const columnOf = <T>(read: (row: StoredOperation) => T): T[] => rows.map(read);
  const contextText = (read: (context: Context) => string | undefined) =>
    texts(columnOf((row) => read(row.operation.context) ?? null));
  return sql`
    INSERT INTO events (
             project_id, id, actor_id, stream_id, session_id, ts, received_at, kind, name, active, claim, origin,
             path, title, referrer, country, city, device, browser, os, revenue, groups, properties, warnings,
             unchanged)
    SELECT ${projectId}::uuid, q.id, q.actor_id, q.stream_id, q.session_id, q.ts, q.received_at, q.kind, q.name,
           q.active, q.claim, q.origin, q.path, q.title, q.referrer, q.country, q.city, q.device, q.browser, q.os,
           q.revenue, q.groups::text[], q.properties, q.warnings::text[], q.unchanged
      FROM (
        SELECT unnest(${uuids(columnOf((row) => row.operation.id))}::uuid[]) AS id,
               unnest(${bigints(columnOf((row) => row.actorId))}::bigint[]) AS actor_id,
               unnest(${bigints(columnOf((row) => row.streamId))}::bigint[]) AS stream_id,
               unnest(${uuids(columnOf((row) => row.sessionId))}::uuid[]) AS session_id,
               unnest(${timestamps(columnOf((row) => row.operation.ts))}::timestamptz[]) AS ts,
               unnest(${timestamps(columnOf((row) => row.operation.receivedAt))}::timestamptz[]) AS received_at,
               unnest(${texts(columnOf((row) => row.operation.kind))}::text[]) AS kind,
               unnest(${texts(columnOf((row) => row.operation.name))}::text[]) AS name,
               unnest(${booleans(columnOf((row) => row.operation.active))}::boolean[]) AS active,
               unnest(${booleans(columnOf((row) => row.claim))}::boolean[]) AS claim,
               unnest(${contextText((it) => it.origin)}::text[]) AS origin,
               unnest(${contextText((it) => it.path)}::text[]) AS path,
               unnest(${contextText((it) => it.title)}::text[]) AS title,
               unnest(${contextText((it) => it.referrer)}::text[]) AS referrer,
               unnest(${contextText((it) => it.country)}::text[]) AS country,
               unnest(${contextText((it) => it.city)}::text[]) AS city,
               unnest(${contextText((it) => it.device)}::text[]) AS device,
               unnest(${contextText((it) => it.browser)}::text[]) AS browser,
               unnest(${contextText((it) => it.os)}::text[]) AS os,
               unnest(${bigints(columnOf((row) => row.operation.revenue))}::bigint[]) AS revenue,
               unnest(${textArrays(columnOf((row) => row.operation.groups))}::text[]) AS groups,
               unnest(${jsons(columnOf((row) => row.operation.properties))}::jsonb[]) AS properties,
               unnest(${textArrays(columnOf((row) => row.warnings))}::text[]) AS warnings,
               unnest(${booleans(columnOf((row) => row.unchanged))}::boolean[]) AS unchanged) q
     ORDER BY q.id`;
}

/** Encodes lists as Postgres array literals, for a column of arrays; an empty one is NULL. */
const textArrays = (values: readonly (readonly string[])[]): Buffer =>
  texts(values.map((list) => (list.length === 0 ? null : `{${list.map(quote).join()}}`)));

const quote = (item: string): string => `"${item.replace(/["\\]/g, "\\$&")}"`;

/** Session ids of stored operations, to answer a duplicate like its original. Primary key. */
export async function sessionsOf(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, string | null>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; sessionId: string | null }>(sql`
    SELECT id, session_id AS "sessionId" FROM events WHERE project_id = ${projectId} AND id = ANY(${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row.sessionId]));
}

/** Updates the warnings of events stored in this transaction, where a limit was reached. Primary key. */
async function addWarnings(
  tx: Tx,
  projectId: string,
  events: readonly { id: string; warnings: readonly string[] }[],
): Promise<void> {
  if (events.length === 0) return;
  await tx.query(sql`
    UPDATE events e SET warnings = ARRAY(SELECT json_array_elements_text(q.warnings))
      FROM json_to_recordset(${JSON.stringify(events)}::json) AS q(id uuid, warnings json)
     WHERE e.project_id = ${projectId} AND e.id = q.id`);
}

/** Empties operations stored in this transaction that describe an account erased since they happened. Primary key. */
export async function emptyEvents(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(sql`
    UPDATE events SET properties = '{}' WHERE project_id = ${projectId} AND id = ANY(${ids}::uuid[])`);
}

/** Warnings about limits per operation; a final one summarises the rest. */
const WARNINGS_SHOWN = 5;

/** Collects warnings about values that limits left out, a few per operation. */
export class LimitWarnings {
  private readonly byOperation = new Map<string, string[]>();

  readonly add = (operationId: string, warning: string): void => {
    const list = this.byOperation.get(operationId);
    if (!list) this.byOperation.set(operationId, [warning]);
    else if (list.length < WARNINGS_SHOWN) list.push(warning);
    else if (list.length === WARNINGS_SHOWN) list.push("more properties not kept");
  };

  /** Adds them to the operations' warnings, which the response returns, and to their stored events. */
  async write(tx: Tx, projectId: string, warningsOf: ReadonlyMap<string, string[]>): Promise<void> {
    const events = [...this.byOperation].map(([id, added]) => {
      const warnings = warningsOf.get(id) ?? [];
      warnings.push(...added);
      return { id, warnings };
    });
    await addWarnings(tx, projectId, events);
  }
}
