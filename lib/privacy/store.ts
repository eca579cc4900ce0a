import sql from "sql-template-tag";
import { eraseMemberStretches, eraseMembers } from "@/lib/accounts/store";
import type { Database, Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { KEPT_ROW_BYTES } from "@/lib/identity/space";
import type { Lane } from "./lanes";

const columns = (lanes: readonly Lane[]) =>
  [lanes.map((l) => l.actorId), lanes.map((l) => timestamp(l.from)), lanes.map((l) => timestamp(l.to))] as const;

/**
 * What the lanes hold: rows of events of any kind, and sessions (distinct session ids, docs/identity.md R9).
 * O(events of the person) on events_actor_ts_idx and O(their session rows) on sessions_actor_started_idx.
 */
export async function countLanes(
  db: Database,
  projectId: string,
  lanes: readonly Lane[],
): Promise<{ events: number; sessions: number }> {
  const [actors, froms, tos] = columns(lanes);
  const { rows } = await db.query(sql`
    WITH lanes AS MATERIALIZED (
      SELECT * FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[]) l(actor_id, from_ts, to_ts))
    SELECT (SELECT count(*) FROM lanes l JOIN events e
               ON e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts) AS events,
           (SELECT count(DISTINCT s.session_id) FROM lanes l JOIN sessions s
               ON s.project_id = ${projectId} AND s.actor_id = l.actor_id AND s.started_at >= l.from_ts AND s.started_at < l.to_ts) AS sessions`);
  return { events: rows[0].events, sessions: rows[0].sessions };
}

/** Opens a job and notes its lanes, so that the deletion can go on after a crash. Primary keys. */
export async function openJob(
  tx: Tx,
  projectId: string,
  job: { id: string; requestedBy: string; requestedAt: number; receipt: unknown },
  lanes: readonly Lane[],
): Promise<void> {
  await tx.query(sql`
    INSERT INTO erase_jobs (project_id, id, requested_by, requested_at, receipt)
    VALUES (${projectId}, ${job.id}, ${job.requestedBy}, ${timestamp(job.requestedAt)}, ${JSON.stringify(job.receipt)}::jsonb)`);
  const [actors, froms, tos] = columns(lanes);
  await tx.query(sql`
    INSERT INTO erase_lanes (project_id, job_id, actor_id, from_ts, to_ts)
    SELECT ${projectId}::uuid, ${job.id}::uuid, * FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[])`);
}

/** Leaves tombstones: hashes only. A later erasure moves the moment on. Primary key. */
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

/**
 * Takes user ids and whole streams out of sight: nothing finds their events, sessions or properties any more. Returns the
 * bytes their property values took.
 */
export async function hideIdentities(
  tx: Tx,
  projectId: string,
  userIds: readonly number[],
  streamIds: readonly number[],
): Promise<number> {
  const all = [...userIds, ...streamIds];
  await tx.query(sql`DELETE FROM spans WHERE project_id = ${projectId} AND stream_id = ANY(${streamIds}::bigint[])`);
  await tx.query(sql`
    DELETE FROM alias_edges WHERE project_id = ${projectId} AND (a = ANY(${userIds}::bigint[]) OR b = ANY(${userIds}::bigint[]))`);
  await tx.query(sql`
    DELETE FROM detached WHERE project_id = ${projectId} AND (stream_id = ANY(${streamIds}::bigint[]) OR user_id = ANY(${userIds}::bigint[]))`);
  await tx.query(sql`DELETE FROM sessions WHERE project_id = ${projectId} AND actor_id = ANY(${all}::bigint[])`);
  await tx.query(sql`DELETE FROM prop_ops WHERE project_id = ${projectId} AND actor_id = ANY(${all}::bigint[])`);
  await eraseMembers(tx, projectId, all);
  const { rows } = await tx.query<{ bytes: number }>(sql`
    WITH gone AS (
      DELETE FROM identities WHERE project_id = ${projectId} AND id = ANY(${all}::bigint[]) RETURNING kept_changes, kept_bytes)
    SELECT coalesce(sum(kept_changes::bigint * ${KEPT_ROW_BYTES}::int + kept_bytes), 0)::bigint AS bytes FROM gone`);
  return rows[0]?.bytes ?? 0;
}

/** As contextOrder has it for visits, for the events that one is made of. */
const KNOWN_FIRST = sql`e.path IS NULL AND e.referrer IS NULL, e.ts, e.id`;

/**
 * On a stream others have a part of: removes the property changes in the person's stretches, and makes the visits that
 * touch them anew from the events that stay: those in no lane of this erasure, nor of an earlier one whose rows still wait
 * for deletion. Returns the bytes the property changes took. O(events of those visits) on events_actor_ts_idx.
 */
export async function hideStretches(
  tx: Tx,
  projectId: string,
  streamId: number,
  lanes: readonly Lane[],
): Promise<number> {
  const [, froms, tos] = columns(lanes);
  await tx.query(sql`
    DELETE FROM prop_ops p USING unnest(${froms}::timestamptz[], ${tos}::timestamptz[]) l(from_ts, to_ts)
     WHERE p.project_id = ${projectId} AND p.actor_id = ${streamId} AND p.ts >= l.from_ts AND p.ts < l.to_ts`);
  const bytes = await recountKept(tx, projectId, streamId);
  await eraseMemberStretches(tx, projectId, streamId);
  const { rows } = await tx.query(sql`
    DELETE FROM sessions s USING unnest(${froms}::timestamptz[], ${tos}::timestamptz[]) l(from_ts, to_ts)
     WHERE s.project_id = ${projectId} AND s.actor_id = ${streamId} AND s.started_at < l.to_ts AND s.ended_at >= l.from_ts
    RETURNING s.session_id, s.assigned, s.started_at, s.ended_at`);
  if (rows.length === 0) return bytes;
  await tx.query(sql`
    INSERT INTO sessions (project_id, session_id, actor_id, stream_id, assigned, started_at, started_id, ended_at, event_count,
           page_views, revenue, entry_path, entry_at, entry_id, exit_path, exit_at, exit_id, context, context_at, context_id)
    SELECT ${projectId}::uuid, e.session_id, ${streamId}, ${streamId}, bool_or(v.assigned), min(e.ts),
           (array_agg(e.id ORDER BY e.ts, e.id))[1], max(e.ts), count(*), count(*) FILTER (WHERE e.name = 'screen_view'),
           coalesce(sum(e.revenue), 0),
           (array_agg(e.path ORDER BY e.ts, e.id) FILTER (WHERE e.name = 'screen_view' AND e.path IS NOT NULL))[1],
           min(e.ts) FILTER (WHERE e.name = 'screen_view' AND e.path IS NOT NULL),
           (array_agg(e.id ORDER BY e.ts, e.id) FILTER (WHERE e.name = 'screen_view' AND e.path IS NOT NULL))[1],
           (array_agg(e.path ORDER BY e.ts DESC, e.id DESC) FILTER (WHERE e.name = 'screen_view' AND e.path IS NOT NULL))[1],
           max(e.ts) FILTER (WHERE e.name = 'screen_view' AND e.path IS NOT NULL),
           (array_agg(e.id ORDER BY e.ts DESC, e.id DESC) FILTER (WHERE e.name = 'screen_view' AND e.path IS NOT NULL))[1],
           (array_agg(jsonb_strip_nulls(jsonb_build_object('path', e.path, 'referrer', e.referrer, 'country', e.country, 'city', e.city,
             'device', e.device, 'browser', e.browser, 'os', e.os)) ORDER BY ${KNOWN_FIRST}))[1],
           (array_agg(e.ts ORDER BY ${KNOWN_FIRST}))[1], (array_agg(e.id ORDER BY ${KNOWN_FIRST}))[1]
      FROM unnest(${rows.map((r) => r.session_id)}::uuid[], ${rows.map((r) => r.assigned)}::boolean[],
                  ${rows.map((r) => timestamp(r.started_at))}::timestamptz[], ${rows.map((r) => timestamp(r.ended_at))}::timestamptz[])
             v(session_id, assigned, started_at, ended_at)
      JOIN events e ON e.project_id = ${projectId} AND e.actor_id = ${streamId} AND e.session_id = v.session_id AND e.active
       AND e.ts >= v.started_at AND e.ts <= v.ended_at
     WHERE NOT EXISTS (SELECT 1 FROM erase_lanes l WHERE l.project_id = ${projectId} AND l.actor_id = ${streamId}
                          AND e.ts >= l.from_ts AND e.ts < l.to_ts)
     GROUP BY e.session_id`);
  return bytes;
}

/** Notes what is kept of a locked stream now; returns by how many bytes it is less. prop_ops_pkey, one range. */
async function recountKept(tx: Tx, projectId: string, streamId: number): Promise<number> {
  const { rows } = await tx.query<{ bytes: number }>(sql`
    UPDATE identities i SET kept_changes = now.changes, kept_bytes = now.bytes
      FROM (SELECT kept_changes, kept_bytes FROM identities WHERE project_id = ${projectId} AND id = ${streamId}) was,
           (SELECT count(*)::int AS changes, coalesce(sum(octet_length(key) + octet_length(value::text)), 0)::int AS bytes
              FROM prop_ops WHERE project_id = ${projectId} AND actor_id = ${streamId}) now
     WHERE i.project_id = ${projectId} AND i.id = ${streamId}
    RETURNING ((was.kept_changes - now.changes)::bigint * ${KEPT_ROW_BYTES}::int + was.kept_bytes - now.bytes)::bigint AS bytes`);
  return rows[0]?.bytes ?? 0;
}

/** Jobs whose rows are not all deleted yet, oldest first. */
export async function openJobs(db: Database): Promise<{ projectId: string; jobId: string }[]> {
  const { rows } = await db.query(
    sql`SELECT project_id, id FROM erase_jobs WHERE finished_at IS NULL ORDER BY requested_at`,
  );
  return rows.map((row) => ({ projectId: row.project_id, jobId: row.id }));
}

/** Deletes at most `limit` events of a job's lanes; returns how many. Rides on events_actor_ts_idx, then the primary key. */
export async function deleteChunk(db: Database, projectId: string, jobId: string, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    DELETE FROM events e USING (
      SELECT e.id FROM erase_lanes l
        JOIN events e ON e.project_id = l.project_id AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
       WHERE l.project_id = ${projectId} AND l.job_id = ${jobId} LIMIT ${limit}) d
     WHERE e.project_id = ${projectId} AND e.id = d.id`);
  return rowCount ?? 0;
}

/** Closes a job: its lanes are forgotten, the receipt stays. */
export async function closeJob(db: Database, projectId: string, jobId: string): Promise<void> {
  await db.query(sql`DELETE FROM erase_lanes WHERE project_id = ${projectId} AND job_id = ${jobId}`);
  await db.query(sql`UPDATE erase_jobs SET finished_at = now() WHERE project_id = ${projectId} AND id = ${jobId}`);
}

/** Streams on which any of the users own a stretch. Rides on spans (project_id, owner_id). */
export async function streamsOwnedBy(db: Database, projectId: string, userIds: readonly number[]): Promise<number[]> {
  const { rows } = await db.query(sql`
    SELECT DISTINCT stream_id FROM spans WHERE project_id = ${projectId} AND owner_id = ANY(${userIds}::bigint[]) ORDER BY stream_id`);
  return rows.map((row) => row.stream_id);
}
