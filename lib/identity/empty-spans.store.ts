import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";

/**
 * Resets the unclaimed spans without any activity left on locked streams: they are no longer visitors (docs/identity.md
 * R8). Returns their streams. spans_pkey, events_actor_ts_idx.
 */
export async function resetEmptySpans(tx: Tx, projectId: string, streamIds: readonly number[]): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(sql`
    UPDATE spans s
       SET event_count = 0, first_seen = NULL, last_seen = NULL
     WHERE s.project_id = ${projectId} AND s.stream_id = ANY(${streamIds}::bigint[]) AND s.owner_id IS NULL
       AND s.event_count > 0
       AND NOT EXISTS (
             SELECT 1 FROM events e
              WHERE e.project_id = ${projectId} AND e.actor_id = s.stream_id AND e.active
                AND e.ts >= s.from_ts AND e.ts < s.to_ts)
    RETURNING s.stream_id AS id`);
  return rows.map(({ id }) => id);
}
