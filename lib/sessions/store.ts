import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { type AssignedSession, SESSION_IDLE_MS } from "./assign";
import type { SessionRow } from "./merge";

/**
 * Server-assigned sessions of locked streams that events in [from, to] ms could join, by stream id.
 * Rides on sessions (project_id, stream_id, ended_at desc) WHERE assigned.
 */
export async function assignedSessions(
  tx: Tx,
  projectId: string,
  streamIds: readonly number[],
  from: number,
  to: number,
): Promise<Map<number, AssignedSession[]>> {
  const { rows } = await tx.query(
    prepared(sql`
      SELECT stream_id, session_id, min(started_at) AS started_at, max(ended_at) AS ended_at FROM sessions
       WHERE project_id = ${projectId} AND stream_id = ANY(${streamIds}::bigint[]) AND assigned
         AND ended_at >= ${timestamp(from - SESSION_IDLE_MS)}::timestamptz
         AND started_at <= ${timestamp(to + SESSION_IDLE_MS)}::timestamptz
       GROUP BY stream_id, session_id ORDER BY stream_id, started_at, session_id`),
  );
  const out = new Map<number, AssignedSession[]>();
  for (const row of rows) {
    const list = out.get(row.stream_id) ?? [];
    list.push({ sessionId: row.session_id, startedAt: row.started_at, endedAt: row.ended_at });
    out.set(row.stream_id, list);
  }
  return out;
}

/**
 * Adds a batch's rows, in key order (phase 4 of the lock order); every column is a min, max, argmin, argmax or sum,
 * so arrival order cannot matter. Primary key.
 */
export async function upsertSessions(tx: Tx, projectId: string, rows: readonly SessionRow[]): Promise<void> {
  if (rows.length === 0) return;
  const input = rows.map((row) => ({
    session_id: row.sessionId,
    actor_id: row.actorId,
    stream_id: row.streamId,
    assigned: row.assigned,
    started_at: timestamp(row.startedAt),
    started_id: row.startedId,
    ended_at: timestamp(row.endedAt),
    event_count: row.events,
    page_views: row.pageViews,
    revenue: row.revenue,
    entry_path: row.entry?.path ?? null,
    entry_at: timestamp(row.entry?.at ?? null),
    entry_id: row.entry?.id ?? null,
    exit_path: row.exit?.path ?? null,
    exit_at: timestamp(row.exit?.at ?? null),
    exit_id: row.exit?.id ?? null,
    context: row.context,
  }));
  await tx.query(
    prepared(sql`
      INSERT INTO sessions AS x (project_id, session_id, actor_id, stream_id, assigned, started_at, started_id, ended_at, event_count,
             page_views, revenue, entry_path, entry_at, entry_id, exit_path, exit_at, exit_id, context)
      SELECT ${projectId}::uuid, q.* FROM json_to_recordset(${JSON.stringify(input)}::json)
          AS q(session_id uuid, actor_id bigint, stream_id bigint, assigned boolean, started_at timestamptz, started_id uuid,
               ended_at timestamptz, event_count bigint, page_views bigint, revenue bigint, entry_path text, entry_at timestamptz,
               entry_id uuid, exit_path text, exit_at timestamptz, exit_id uuid, context jsonb)
       ORDER BY q.session_id, q.actor_id
      ON CONFLICT (project_id, session_id, actor_id) DO UPDATE SET
        stream_id = coalesce(x.stream_id, excluded.stream_id),
        started_at = least(x.started_at, excluded.started_at),
        ended_at = greatest(x.ended_at, excluded.ended_at),
        started_id = CASE WHEN (excluded.started_at, excluded.started_id) < (x.started_at, x.started_id) THEN excluded.started_id ELSE x.started_id END,
        context = CASE WHEN (excluded.started_at, excluded.started_id) < (x.started_at, x.started_id) THEN excluded.context ELSE x.context END,
        event_count = x.event_count + excluded.event_count,
        page_views = x.page_views + excluded.page_views,
        revenue = x.revenue + excluded.revenue,
        entry_path = CASE WHEN x.entry_at IS NULL OR (excluded.entry_at, excluded.entry_id) < (x.entry_at, x.entry_id) THEN excluded.entry_path ELSE x.entry_path END,
        entry_id = CASE WHEN x.entry_at IS NULL OR (excluded.entry_at, excluded.entry_id) < (x.entry_at, x.entry_id) THEN excluded.entry_id ELSE x.entry_id END,
        entry_at = least(x.entry_at, excluded.entry_at),
        exit_path = CASE WHEN x.exit_at IS NULL OR (excluded.exit_at, excluded.exit_id) > (x.exit_at, x.exit_id) THEN excluded.exit_path ELSE x.exit_path END,
        exit_id = CASE WHEN x.exit_at IS NULL OR (excluded.exit_at, excluded.exit_id) > (x.exit_at, x.exit_id) THEN excluded.exit_id ELSE x.exit_id END,
        exit_at = greatest(x.exit_at, excluded.exit_at)`),
  );
}
