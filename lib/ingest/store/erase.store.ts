import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { type ActorRange, rangeColumns } from "@/lib/identity/actor-ranges";

/** Rows of events of any kind in the ranges. O(events of the person) on events_actor_ts_idx. */
export async function countEvents(db: Database, projectId: string, ranges: readonly ActorRange[]): Promise<number> {
  const [actors, froms, tos] = rangeColumns(ranges);
  const { rows } = await db.query<{ events: number }>(sql`
    WITH ranges AS MATERIALIZED (
      SELECT * FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[])
                 AS r(actor_id, from_ts, to_ts))
    SELECT count(*) AS events
      FROM ranges r
      JOIN events e ON e.project_id = ${projectId} AND e.actor_id = r.actor_id
                   AND e.ts >= r.from_ts AND e.ts < r.to_ts`);
  return rows[0]?.events ?? 0;
}

/**
 * Deletes at most `limit` events in the ranges of an erasure's job; returns how many. events_actor_ts_idx, then the
 * primary key.
 */
export async function deleteEventsOfJob(
  db: Database,
  projectId: string,
  jobId: string,
  limit: number,
): Promise<number> {
  const { rowCount } = await db.query(sql`
    DELETE FROM events e USING (
      SELECT e.id
        FROM erase_lanes l
        JOIN events e ON e.project_id = l.project_id AND e.actor_id = l.actor_id
                     AND e.ts >= l.from_ts AND e.ts < l.to_ts
       WHERE l.project_id = ${projectId} AND l.job_id = ${jobId}
       LIMIT ${limit}) d
     WHERE e.project_id = ${projectId} AND e.id = d.id`);
  return rowCount ?? 0;
}
