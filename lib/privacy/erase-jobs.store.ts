import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { type ActorRange, rangeColumns } from "@/lib/identity/erase-plan";

/** Opens a job and records its ranges, so that the deletion can resume after a crash. Primary keys. */
export async function openJob(
  tx: Tx,
  projectId: string,
  job: { id: string; requestedBy: string; requestedAt: number; receipt: unknown },
  ranges: readonly ActorRange[],
): Promise<void> {
  await tx.query(sql`
    INSERT INTO erase_jobs (project_id, id, requested_by, requested_at, receipt)
    VALUES (${projectId}, ${job.id}, ${job.requestedBy}, ${timestamp(job.requestedAt)},
            ${JSON.stringify(job.receipt)}::jsonb)`);
  const [actors, froms, tos] = rangeColumns(ranges);
  await tx.query(sql`
    INSERT INTO erase_lanes (project_id, job_id, actor_id, from_ts, to_ts)
    SELECT ${projectId}::uuid, ${job.id}::uuid, *
      FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[])`);
}

/** Leaves tombstones: hashes only. A later erasure moves their time forward. Primary key. */
export async function writeTombstones(
  tx: Tx,
  projectId: string,
  tombstones: readonly { kind: "u" | "a"; hash: Buffer }[],
  until: number,
  suppress: boolean,
): Promise<void> {
  await tx.query(sql`
    INSERT INTO erased_ids AS x (project_id, kind, id_hash, until, suppress)
    SELECT ${projectId}::uuid, kind, hash, ${timestamp(until)}::timestamptz, ${suppress}
      FROM unnest(${tombstones.map((t) => t.kind)}::text[], ${tombstones.map((t) => t.hash)}::bytea[]) t(kind, hash)
    ON CONFLICT (project_id, kind, id_hash) DO UPDATE
      SET until = greatest(x.until, excluded.until), suppress = x.suppress OR excluded.suppress`);
}

/** Jobs with rows left to delete, oldest first. */
export async function openJobs(db: Database): Promise<{ projectId: string; jobId: string }[]> {
  const { rows } = await db.query<{ projectId: string; jobId: string }>(sql`
    SELECT project_id AS "projectId", id AS "jobId" FROM erase_jobs WHERE finished_at IS NULL ORDER BY requested_at`);
  return rows;
}

/** Closes a job: its ranges are deleted, the receipt stays. */
export async function closeJob(db: Database, projectId: string, jobId: string): Promise<void> {
  await db.query(sql`DELETE FROM erase_lanes WHERE project_id = ${projectId} AND job_id = ${jobId}`);
  await db.query(sql`UPDATE erase_jobs SET finished_at = now() WHERE project_id = ${projectId} AND id = ${jobId}`);
}
