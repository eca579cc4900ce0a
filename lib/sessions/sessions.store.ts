import sql, { type Sql } from "sql-template-tag";
import { bigints, booleans, jsons, texts, timestamps, uuids } from "@/lib/db/binary-arrays";
import type { Database, Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { contextOrder } from "@/lib/events/context.queries";
import { inLockOrder } from "@/lib/identity/identities.store";
import {
  type Assignments,
  assignSessions,
  type Placed,
  SESSION_IDLE_MS,
  type SessionDelta,
  type SessionEvent,
  type StreamSession,
  sessionsOfBatch,
} from "./batch-sessions";

/** The session of each operation that has one, by the operation's id; see `assignSessions`. */
export async function sessionIds(tx: Tx, projectId: string, placed: readonly Placed[]): Promise<Assignments> {
  const unassigned = placed.filter(
    ({ operation, streamId }) => operation.sessionId === null && streamId !== null && operation.active,
  );
  const times = unassigned.map((b) => b.operation.ts);
  const open =
    unassigned.length === 0
      ? new Map<number, Map<string, StreamSession>>()
      : await sessionsOfStreams(
          tx,
          projectId,
          inLockOrder(unassigned.map((b) => b.streamId)),
          times.reduce((a, b) => Math.min(a, b)),
          times.reduce((a, b) => Math.max(a, b)),
        );
  return assignSessions(placed, unassigned, open);
}

type StreamSessionColumns = {
  stream_id: number;
  session_id: string;
  started_at: number;
  ended_at: number;
  assigned: boolean;
};

/**
 * Sessions of locked streams that events in [from, to] ms could join, by stream id and session id. Sessions of a stream
 * do not overlap, so besides those that started in that time only the previous one can reach into it.
 * sessions_stream_idx and the primary key: O(sessions found). No index has a session's end: it moves with every event,
 * which would have to update the index.
 */
async function sessionsOfStreams(
  tx: Tx,
  projectId: string,
  streamIds: readonly number[],
  from: number,
  to: number,
): Promise<Map<number, Map<string, StreamSession>>> {
  const { rows } = await tx.query<StreamSessionColumns>(
    prepared(sql`
      SELECT s.stream_id, x.session_id, min(x.started_at) AS started_at, max(x.ended_at) AS ended_at,
             bool_or(x.assigned) AS assigned
        FROM unnest(${streamIds}::bigint[]) s(stream_id)
       CROSS JOIN LATERAL (
         SELECT session_id, started_at, ended_at, assigned FROM sessions
          WHERE project_id = ${projectId} AND stream_id = s.stream_id
            AND started_at > ${timestamp(from - SESSION_IDLE_MS)}::timestamptz
            AND started_at <= ${timestamp(to + SESSION_IDLE_MS)}::timestamptz
         UNION ALL
         SELECT w.session_id, w.started_at, w.ended_at, w.assigned
           FROM (SELECT session_id FROM sessions
                  WHERE project_id = ${projectId} AND stream_id = s.stream_id
                    AND started_at <= ${timestamp(from - SESSION_IDLE_MS)}::timestamptz
                  ORDER BY started_at DESC LIMIT 1) before
           JOIN sessions w ON w.project_id = ${projectId} AND w.session_id = before.session_id) x
       GROUP BY s.stream_id, x.session_id ORDER BY s.stream_id, started_at, x.session_id`),
  );
  const out = new Map<number, Map<string, StreamSession>>();
  for (const row of rows) {
    const known = out.get(row.stream_id) ?? new Map<string, StreamSession>();
    const { session_id: sessionId, started_at: startedAt, ended_at: endedAt, assigned } = row;
    known.set(sessionId, { sessionId, startedAt, endedAt, assigned });
    out.set(row.stream_id, known);
  }
  return out;
}

/** Whether the incoming context takes precedence over the stored one. */
const precedes = sql`(${contextOrder(sql`excluded`)}) < (${contextOrder(sql`x`)})`;

/**
 * Adds a batch's events to their sessions: an upsert by primary key that locks rows in key order (phase 4 of the lock
 * order, docs/identity.md E3; ingest runs it after phase 5, accounts, which is allowed because it holds the locks on
 * the streams and users). The order in which events arrive does not matter: columns are minima, maxima, sums or taken
 * from the first or last event by time. `following` is the rest of the statement, after the CTE `written`, which has
 * when these sessions began (`started_at`).
 */
export async function writeSessions(
  tx: Tx,
  projectId: string,
  events: readonly SessionEvent[],
  following: (written: Sql) => Sql,
): Promise<void> {
  const rows = sessionsOfBatch(events);
  const columnOf = <T>(read: (row: SessionDelta) => T): T[] => rows.map(read);
  await tx.query(
    prepared(sql`
      WITH written AS (
      INSERT INTO sessions AS x (
               project_id, session_id, actor_id, stream_id, assigned, started_at, started_id, ended_at, event_count,
               page_views, revenue, entry_path, entry_at, entry_id, exit_path, exit_at, exit_id,
               context, context_at, context_id)
      SELECT ${projectId}::uuid, q.*
        FROM (
          SELECT unnest(${uuids(columnOf((row) => row.sessionId))}::uuid[]) AS session_id,
                 unnest(${bigints(columnOf((row) => row.actorId))}::bigint[]) AS actor_id,
                 unnest(${bigints(columnOf((row) => row.streamId))}::bigint[]) AS stream_id,
                 unnest(${booleans(columnOf((row) => row.assigned))}::boolean[]) AS assigned,
                 unnest(${timestamps(columnOf((row) => row.startedAt))}::timestamptz[]) AS started_at,
                 unnest(${uuids(columnOf((row) => row.startedId))}::uuid[]) AS started_id,
                 unnest(${timestamps(columnOf((row) => row.endedAt))}::timestamptz[]) AS ended_at,
                 unnest(${bigints(columnOf((row) => row.events))}::bigint[]) AS event_count,
                 unnest(${bigints(columnOf((row) => row.pageViews))}::bigint[]) AS page_views,
                 unnest(${bigints(columnOf((row) => row.revenue))}::bigint[]) AS revenue,
                 unnest(${texts(columnOf((row) => row.entry?.path ?? null))}::text[]) AS entry_path,
                 unnest(${timestamps(columnOf((row) => row.entry?.at ?? null))}::timestamptz[]) AS entry_at,
                 unnest(${uuids(columnOf((row) => row.entry?.id ?? null))}::uuid[]) AS entry_id,
                 unnest(${texts(columnOf((row) => row.exit?.path ?? null))}::text[]) AS exit_path,
                 unnest(${timestamps(columnOf((row) => row.exit?.at ?? null))}::timestamptz[]) AS exit_at,
                 unnest(${uuids(columnOf((row) => row.exit?.id ?? null))}::uuid[]) AS exit_id,
                 unnest(${jsons(columnOf((row) => row.context))}::jsonb[]) AS context,
                 unnest(${timestamps(columnOf((row) => row.contextAt))}::timestamptz[]) AS context_at,
                 unnest(${uuids(columnOf((row) => row.contextId))}::uuid[]) AS context_id) q
       ORDER BY q.session_id, q.actor_id
      ON CONFLICT (project_id, session_id, actor_id) DO UPDATE SET
        stream_id = coalesce(x.stream_id, excluded.stream_id),
        started_at = least(x.started_at, excluded.started_at),
        ended_at = greatest(x.ended_at, excluded.ended_at),
        started_id = CASE WHEN (excluded.started_at, excluded.started_id) < (x.started_at, x.started_id)
                          THEN excluded.started_id ELSE x.started_id END,
        context = CASE WHEN ${precedes} THEN excluded.context ELSE x.context END,
        context_at = CASE WHEN ${precedes} THEN excluded.context_at ELSE coalesce(x.context_at, x.started_at) END,
        context_id = CASE WHEN ${precedes} THEN excluded.context_id ELSE coalesce(x.context_id, x.started_id) END,
        event_count = x.event_count + excluded.event_count,
        page_views = x.page_views + excluded.page_views,
        revenue = x.revenue + excluded.revenue,
        entry_path = CASE WHEN x.entry_at IS NULL OR (excluded.entry_at, excluded.entry_id) < (x.entry_at, x.entry_id)
                          THEN excluded.entry_path ELSE x.entry_path END,
        entry_id = CASE WHEN x.entry_at IS NULL OR (excluded.entry_at, excluded.entry_id) < (x.entry_at, x.entry_id)
                        THEN excluded.entry_id ELSE x.entry_id END,
        entry_at = least(x.entry_at, excluded.entry_at),
        exit_path = CASE WHEN x.exit_at IS NULL OR (excluded.exit_at, excluded.exit_id) > (x.exit_at, x.exit_id)
                         THEN excluded.exit_path ELSE x.exit_path END,
        exit_id = CASE WHEN x.exit_at IS NULL OR (excluded.exit_at, excluded.exit_id) > (x.exit_at, x.exit_id)
                       THEN excluded.exit_id ELSE x.exit_id END,
        exit_at = greatest(x.exit_at, excluded.exit_at)
      RETURNING x.started_at)
      ${following(sql`written`)}`),
  );
}

/**
 * The session, current at `now` (ms), of a stream without session ids of its own, by the stream's public id; null
 * between sessions. One row of identities_ext_id_key, the newest of sessions_stream_idx, and that session's rows by
 * key.
 */
export async function sessionOfStream(
  db: Database,
  projectId: string,
  stream: string,
  now: number,
): Promise<string | null> {
  const { rows } = await db.query<{ session_id: string }>(
    prepared(sql`
      SELECT w.session_id
        FROM identities i
       CROSS JOIN LATERAL (
         SELECT session_id FROM sessions WHERE project_id = ${projectId} AND stream_id = i.id
          ORDER BY started_at DESC LIMIT 1) newest
        JOIN sessions w ON w.project_id = ${projectId} AND w.session_id = newest.session_id
       WHERE i.project_id = ${projectId} AND i.kind = 'a' AND i.ext_id = ${stream}
         AND w.ended_at >= ${timestamp(now - SESSION_IDLE_MS)}::timestamptz
       LIMIT 1`),
  );
  return rows[0]?.session_id ?? null;
}
