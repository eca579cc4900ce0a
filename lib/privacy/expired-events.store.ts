import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import type { DeletedEvent } from "@/lib/ingest/store/event-deletion.store";

/** At most `limit` events of one name from before `before` (ms). events_name_ts_idx. */
export const expiredByName = (projectId: string, name: string, before: number, limit: number): Sql => sql`
  SELECT e.id
    FROM events e
   WHERE e.project_id = ${projectId} AND e.kind = 'event' AND e.name = ${name} AND e.ts < ${timestamp(before)}
   ORDER BY e.ts
   LIMIT ${limit}`;

/** What one step may delete: rows of any kind from before `before` (ms), except those with names in `except`. */
export type ExpirySelection = { before: number; except: readonly string[]; limit: number };

const isExpired = ({ before, except }: ExpirySelection): Sql =>
  sql`e.ts < ${timestamp(before)} AND NOT (e.kind = 'event' AND e.name = ANY(${except}::text[]))`;

/**
 * Rows without an actor, oldest first, from `from` (ms) on. events_actor_ts_idx, backwards, which Postgres only walks
 * in order if ORDER BY includes actor_id.
 */
export const expiredOfNobody = (projectId: string, from: number, expired: ExpirySelection): Sql => sql`
  SELECT e.id
    FROM events e
   WHERE e.project_id = ${projectId} AND e.actor_id IS NULL AND e.ts >= ${timestamp(from)} AND ${isExpired(expired)}
   ORDER BY e.actor_id DESC, e.ts
   LIMIT ${expired.limit}`;

/** Rows of these actors, in the order of their ids and of time. events_actor_ts_idx, backwards. */
export const expiredByActor = (projectId: string, actorIds: readonly number[], expired: ExpirySelection): Sql => sql`
  SELECT e.id
    FROM (SELECT id FROM unnest(${actorIds}::bigint[]) a(id) ORDER BY id) a
   CROSS JOIN LATERAL (
     SELECT e.id
       FROM events e
      WHERE e.project_id = ${projectId} AND e.actor_id = a.id AND ${isExpired(expired)}
      ORDER BY e.ts, e.id
      LIMIT ${expired.limit}) e
   ORDER BY a.id
   LIMIT ${expired.limit}`;

/** The ids that one of the selections above selects. */
export async function selectedIds(tx: Tx, selection: Sql): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(selection);
  return rows.map(({ id }) => id);
}

/** Queues the sessions of deleted events to be rebuilt. Primary key. */
export async function queueSessions(tx: Tx, projectId: string, deleted: readonly DeletedEvent[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO retention_sessions (project_id, session_id, actor_id)
    SELECT DISTINCT ${projectId}::uuid, g.session_id, g.actor_id
      FROM unnest(${deleted.map(({ sessionId }) => sessionId)}::uuid[],
                  ${deleted.map(({ actorId }) => actorId)}::bigint[]) g(session_id, actor_id)
     WHERE g.session_id IS NOT NULL AND g.actor_id IS NOT NULL
    ON CONFLICT DO NOTHING`);
}

/** Takes at most `limit` sessions off the queue, to rebuild them. Primary key. */
export async function takeSessions(
  tx: Tx,
  projectId: string,
  limit: number,
): Promise<{ sessionId: string; actorId: number }[]> {
  const { rows } = await tx.query<{ sessionId: string; actorId: number }>(sql`
    DELETE FROM retention_sessions
     WHERE project_id = ${projectId}
       AND (session_id, actor_id) IN (
             SELECT session_id, actor_id FROM retention_sessions
              WHERE project_id = ${projectId} ORDER BY session_id, actor_id LIMIT ${limit})
    RETURNING session_id AS "sessionId", actor_id AS "actorId"`);
  return rows;
}

/** The next `limit` identities after `after`, by id. Primary key. */
export async function identitiesAfter(tx: Tx, projectId: string, after: number, limit: number): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    SELECT id FROM identities WHERE project_id = ${projectId} AND id > ${after} ORDER BY id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/** The position of the scan of visitors: everything before it has been checked. */
export type VisitorCursor = { minute: number; streamId: number };

/**
 * The next `limit` streams with an unclaimed span last seen before `before` (ms), newest first; null: from the
 * beginning. spans_visitors_idx.
 */
export async function visitorsSeenBefore(
  tx: Tx,
  projectId: string,
  before: number,
  after: VisitorCursor | null,
  limit: number,
): Promise<VisitorCursor[]> {
  const { minute, streamId } = after ?? { minute: before, streamId: 0 };
  const { rows } = await tx.query<VisitorCursor>(sql`
    SELECT last_min AS minute, stream_id AS "streamId"
      FROM spans
     WHERE project_id = ${projectId} AND owner_id IS NULL AND last_min IS NOT NULL
       AND (last_min, stream_id) < (${timestamp(minute)}::timestamptz, ${streamId}::bigint)
     ORDER BY last_min DESC, stream_id DESC
     LIMIT ${limit}`);
  return rows;
}

/** Those of the streams that are still the actor of an event. events_actor_ts_idx. */
export async function streamsWithEvents(tx: Tx, projectId: string, streamIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await tx.query<{ id: number }>(sql`
    SELECT s.id
      FROM unnest(${streamIds}::bigint[]) s(id)
     WHERE EXISTS (SELECT 1 FROM events e WHERE e.project_id = ${projectId} AND e.actor_id = s.id)`);
  return new Set(rows.map(({ id }) => id));
}
