import { createHmac } from "node:crypto";
import sql from "sql-template-tag";
import { type Database, type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { clearAside } from "@/lib/debugger/set-aside.store";
import { isDataFault } from "@/lib/faults/data-fault";
import { utcDays } from "@/lib/format/time";
import type { ActorRanges, ErasePlan } from "@/lib/identity/erase.store";
import { isSameSecret, newId } from "@/lib/ids";
import { deleteEventsOfJob } from "@/lib/ingest/store/erase.store";
import { reopenDays } from "@/lib/overview/day-counts.store";
import { eraseKey } from "@/lib/projects/erase.store";
import type { Scope } from "@/lib/scope";

/** An erasure's job: its receipt, and the ranges whose events are deleted after its transaction. */

/** Events per DELETE: about 50 ms, so that it never blocks a writer for long. */
const CHUNK_EVENTS = 5_000;

/**
 * Proof of an erasure: what was erased, when, and a digest signed with the project's key. Contains no id of the person.
 * The receipt of a dry run has no job and no digest.
 */
export type Receipt = {
  jobId: string | null;
  erasedAt: string;
  userIds: number;
  devices: number;
  sharedDevices: number;
  events: number;
  sessions: number;
  suppressed: boolean;
  digest: string | null;
};

export type EraseOptions = {
  /** Also drops whatever these ids send later, for ever. */
  suppress: boolean;
  /** Only counts; changes nothing. */
  dryRun: boolean;
  requestedBy: string;
  /** The moment of erasure, in ms. */
  now: number;
  /** The bulk erasure it is part of; `onErased` runs in the erasure's transaction. */
  bulk?: { id: string; onErased: (tx: Tx) => Promise<void> };
};

/**
 * Counts what an erasure deletes and records its job with the ranges, so that the deletion can resume after a crash.
 * A dry run only counts. Primary keys, and those of countErased.
 */
export async function openEraseJob(
  tx: Tx,
  projectId: string,
  { userIds, streams, parts, ranges }: ErasePlan,
  key: string,
  { now, suppress, dryRun, requestedBy, bulk }: EraseOptions,
): Promise<Receipt> {
  const id = newId();
  const body = {
    jobId: id,
    erasedAt: new Date(now).toISOString(),
    userIds: userIds.length,
    devices: streams.size,
    sharedDevices: parts.length,
    ...(await countErased(tx, projectId, ranges)),
    suppressed: suppress,
  };
  if (dryRun) return { ...body, jobId: null, digest: null };
  const receipt = { ...body, digest: sign(body, key) };
  await tx.query(sql`
    INSERT INTO erase_jobs (project_id, id, requested_by, requested_at, receipt, bulk_id)
    VALUES (${projectId}, ${id}, ${requestedBy}, ${timestamp(now)}, ${JSON.stringify(receipt)}::jsonb,
            ${bulk?.id ?? null})`);
  const { actors, froms, tos } = ranges;
  await tx.query(sql`
    INSERT INTO erase_lanes (project_id, job_id, actor_id, from_ts, to_ts)
    SELECT ${projectId}::uuid, ${id}::uuid, *
      FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[])`);
  return receipt;
}

/**
 * Counts the events of any kind in the ranges, and the sessions that started in them (docs/identity.md R9). O(the
 * person's rows) on events_actor_ts_idx and sessions_actor_started_idx.
 */
async function countErased(
  db: Database,
  projectId: string,
  { actors, froms, tos }: ActorRanges,
): Promise<{ events: number; sessions: number }> {
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

/** The receipt's signature: HMAC-SHA256 over its fields in alphabetical order, as JSON without white space, hex. */
function sign(body: Omit<Receipt, "digest">, key: string): string {
  const ordered = Object.fromEntries(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHmac("sha256", key).update(JSON.stringify(ordered)).digest("hex");
}

/** Whether this receipt was made here and is unchanged. */
export async function isGenuineReceipt(scope: Scope, receipt: Receipt): Promise<boolean> {
  const { digest, ...body } = receipt;
  return digest !== null && isSameSecret(digest, sign(body, await eraseKey(pool(), scope.projectId)));
}

/** Deletes the rows of one erasure in chunks, then closes its job; returns how many. Idempotent. */
export async function finishErasure(db: Pool, projectId: string, jobId: string): Promise<number> {
  let deleted = 0;
  for (let chunk = CHUNK_EVENTS; chunk > 0; deleted += chunk)
    chunk = await transaction(db, async (tx) => {
      const events = await deleteEventsOfJob(tx, projectId, jobId, CHUNK_EVENTS);
      await reopenDays(tx, projectId, utcDays(events));
      return events.length;
    });
  await closeEraseJob(db, projectId, jobId);
  await clearAside(db, projectId, "erasures", [jobId]); // whoever else failed to finish it
  return deleted;
}

/** Closes a job: its ranges are deleted, the receipt stays. */
async function closeEraseJob(db: Database, projectId: string, jobId: string): Promise<void> {
  await db.query(sql`DELETE FROM erase_lanes WHERE project_id = ${projectId} AND job_id = ${jobId}`);
  await db.query(sql`UPDATE erase_jobs SET finished_at = now() WHERE project_id = ${projectId} AND id = ${jobId}`);
}

/**
 * Finishes every open erasure; a job calls it at every start and every hour (lib/jobs). One that fails because of its
 * data is passed to `onFault` and does not stop the others. Throws other errors.
 */
export async function finishErasures(
  db: Pool,
  onFault: (projectId: string, jobId: string, error: unknown) => Promise<void> = (_, __, error) =>
    Promise.reject(error),
): Promise<number> {
  let deleted = 0;
  for (const { projectId, jobId } of await openEraseJobs(db))
    try {
      deleted += await finishErasure(db, projectId, jobId);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      await onFault(projectId, jobId, error);
    }
  return deleted;
}

/** Jobs with rows left to delete, oldest first. */
async function openEraseJobs(db: Database): Promise<{ projectId: string; jobId: string }[]> {
  const { rows } = await db.query<{ projectId: string; jobId: string }>(sql`
    SELECT project_id AS "projectId", id AS "jobId" FROM erase_jobs WHERE finished_at IS NULL ORDER BY requested_at`);
  return rows;
}
