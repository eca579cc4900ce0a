import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { type ActorRange, rangeColumns } from "@/lib/identity/erase-plan";

/**
 * Counts the events of any kind in the ranges, and the sessions that started in them (docs/identity.md R9). O(the
 * person's rows) on events_actor_ts_idx and sessions_actor_started_idx.
 */
export async function countErased(
  db: Database,
  projectId: string,
  ranges: readonly ActorRange[],
): Promise<{ events: number; sessions: number }> {
  const [actors, froms, tos] = rangeColumns(ranges);
  const { rows } = await db.query<{ events: number; sessions: number }>(sql`
    WITH ranges AS MATERIALIZED (
      SELECT * FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[])
                 AS r(actor_id, from_ts, to_ts))
    SELECT (SELECT count(*)
              FROM ranges r
              JOIN events e ON e.project_id = ${projectId} AND e.actor_id = r.actor_id
                           AND e.ts >= r.from_ts AND e.ts < r.to_ts) AS events,
           (SELECT count(DISTINCT s.session_id)
              FROM ranges r
              JOIN sessions s ON s.project_id = ${projectId} AND s.actor_id = r.actor_id
                             AND s.started_at >= r.from_ts AND s.started_at < r.to_ts) AS sessions`);
  return rows[0] ?? { events: 0, sessions: 0 };
}

/** Records an erasure's job with its ranges, so that the deletion can resume after a crash. Primary keys. */
export async function openEraseJob(
  tx: Tx,
  projectId: string,
  job: { id: string; requestedBy: string; requestedAt: number; receipt: unknown; bulkId: string | null },
  ranges: readonly ActorRange[],
): Promise<void> {
  await tx.query(sql`
    INSERT INTO erase_jobs (project_id, id, requested_by, requested_at, receipt, bulk_id)
    VALUES (${projectId}, ${job.id}, ${job.requestedBy}, ${timestamp(job.requestedAt)},
            ${JSON.stringify(job.receipt)}::jsonb, ${job.bulkId})`);
  const [actors, froms, tos] = rangeColumns(ranges);
  await tx.query(sql`
    INSERT INTO erase_lanes (project_id, job_id, actor_id, from_ts, to_ts)
    SELECT ${projectId}::uuid, ${job.id}::uuid, *
      FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[])`);
}

/** Jobs with rows left to delete, oldest first. */
export async function openEraseJobs(db: Database): Promise<{ projectId: string; jobId: string }[]> {
  const { rows } = await db.query<{ projectId: string; jobId: string }>(sql`
    SELECT project_id AS "projectId", id AS "jobId" FROM erase_jobs WHERE finished_at IS NULL ORDER BY requested_at`);
  return rows;
}

/** Closes a job: its ranges are deleted, the receipt stays. */
export async function closeEraseJob(db: Database, projectId: string, jobId: string): Promise<void> {
  await db.query(sql`DELETE FROM erase_lanes WHERE project_id = ${projectId} AND job_id = ${jobId}`);
  await db.query(sql`UPDATE erase_jobs SET finished_at = now() WHERE project_id = ${projectId} AND id = ${jobId}`);
}
