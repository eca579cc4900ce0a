import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import type { ActorRanges, ErasePlan } from "@/lib/identity/erase.store";

/**
 * For an erasure, deletes the sessions of whole actors and rebuilds those on shared streams.
 * sessions_actor_started_idx.
 */
export async function eraseSessions(tx: Tx, projectId: string, { parts, actorIds }: ErasePlan): Promise<void> {
  for (const { stream, ranges } of parts) await rebuildSessions(tx, projectId, stream.id, ranges);
  await tx.query(sql`DELETE FROM sessions WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`);
}

type RemovedSession = {
  session_id: string;
  actor_id: number;
  stream_id: number | null;
  assigned: boolean;
  started_at: number;
  ended_at: number;
};

const REMOVED = sql`s.session_id, s.actor_id, s.stream_id, s.assigned, s.started_at, s.ended_at`;

const IS_PAGE = sql`e.name = 'screen_view' AND e.path IS NOT NULL`;
const CONTEXT = sql`jsonb_strip_nulls(jsonb_build_object(
             'path', e.path, 'referrer', e.referrer, 'country', e.country, 'city', e.city,
             'device', e.device, 'browser', e.browser, 'os', e.os))`;
/** The order of a session's events that corresponds to contextOrder of sessions. */
const CONTEXT_ORDER = sql`e.path IS NULL AND e.referrer IS NULL, e.ts, e.id`;

/**
 * On a stream shared with others, rebuilds the sessions that touch the erased ranges from the remaining events: those
 * outside the ranges of this erasure, which are written by then, and of earlier ones whose rows are not deleted yet.
 */
async function rebuildSessions(
  tx: Tx,
  projectId: string,
  streamId: number,
  { froms, tos }: ActorRanges,
): Promise<void> {
  const { rows } = await tx.query<RemovedSession>(sql`
    DELETE FROM sessions s
     USING unnest(${froms}::timestamptz[], ${tos}::timestamptz[]) AS r(from_ts, to_ts)
     WHERE s.project_id = ${projectId} AND s.actor_id = ${streamId}
       AND s.started_at < r.to_ts AND s.ended_at >= r.from_ts
    RETURNING ${REMOVED}`);
  await insertFromEvents(tx, projectId, rows);
}

/** For retention, rebuilds sessions from their remaining events, and deletes those without any. Primary key. */
export async function rebuildSessionsOf(
  tx: Tx,
  projectId: string,
  keys: readonly { sessionId: string; actorId: number }[],
): Promise<void> {
  if (keys.length === 0) return;
  const of = sql`
    unnest(${keys.map(({ sessionId }) => sessionId)}::uuid[], ${keys.map(({ actorId }) => actorId)}::bigint[])
      AS k(session_id, actor_id)`;
  // In the order in which ingest locks them.
  await tx.query(sql`
    SELECT 1
      FROM ${of}
      JOIN sessions s ON s.project_id = ${projectId} AND s.session_id = k.session_id AND s.actor_id = k.actor_id
     ORDER BY s.session_id, s.actor_id FOR UPDATE OF s`);
  const { rows } = await tx.query<RemovedSession>(sql`
    DELETE FROM sessions s USING ${of}
     WHERE s.project_id = ${projectId} AND s.session_id = k.session_id AND s.actor_id = k.actor_id
    RETURNING ${REMOVED}`);
  await insertFromEvents(tx, projectId, rows);
}

/** Computes removed sessions anew from their remaining events. O(events of these sessions) on events_actor_ts_idx. */
async function insertFromEvents(tx: Tx, projectId: string, rows: readonly RemovedSession[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(sql`
    INSERT INTO sessions (project_id, session_id, actor_id, stream_id, assigned, started_at, started_id, ended_at,
                          event_count, page_views, revenue, entry_path, entry_at, entry_id, exit_path, exit_at, exit_id,
                          context, context_at, context_id)
    SELECT ${projectId}::uuid, e.session_id, e.actor_id, min(v.stream_id), bool_or(v.assigned),
           min(e.ts), (array_agg(e.id ORDER BY e.ts, e.id))[1], max(e.ts),
           count(*), count(*) FILTER (WHERE e.name = 'screen_view'), coalesce(sum(e.revenue), 0),
           (array_agg(e.path ORDER BY e.ts, e.id) FILTER (WHERE ${IS_PAGE}))[1],
           min(e.ts) FILTER (WHERE ${IS_PAGE}),
           (array_agg(e.id ORDER BY e.ts, e.id) FILTER (WHERE ${IS_PAGE}))[1],
           (array_agg(e.path ORDER BY e.ts DESC, e.id DESC) FILTER (WHERE ${IS_PAGE}))[1],
           max(e.ts) FILTER (WHERE ${IS_PAGE}),
           (array_agg(e.id ORDER BY e.ts DESC, e.id DESC) FILTER (WHERE ${IS_PAGE}))[1],
           (array_agg(${CONTEXT} ORDER BY ${CONTEXT_ORDER}))[1],
           (array_agg(e.ts ORDER BY ${CONTEXT_ORDER}))[1],
           (array_agg(e.id ORDER BY ${CONTEXT_ORDER}))[1]
      FROM unnest(${rows.map((row) => row.session_id)}::uuid[], ${rows.map((row) => row.actor_id)}::bigint[],
                  ${rows.map((row) => row.stream_id)}::bigint[], ${rows.map((row) => row.assigned)}::boolean[],
                  ${rows.map((row) => timestamp(row.started_at))}::timestamptz[],
                  ${rows.map((row) => timestamp(row.ended_at))}::timestamptz[])
             AS v(session_id, actor_id, stream_id, assigned, started_at, ended_at)
      JOIN events e ON e.project_id = ${projectId} AND e.actor_id = v.actor_id
                   AND e.session_id = v.session_id AND e.active
                   AND e.ts >= v.started_at AND e.ts <= v.ended_at
     WHERE NOT EXISTS (
             SELECT FROM erase_lanes l
              WHERE l.project_id = ${projectId} AND l.actor_id = e.actor_id
                AND e.ts >= l.from_ts AND e.ts < l.to_ts)
     GROUP BY e.session_id, e.actor_id`);
}
