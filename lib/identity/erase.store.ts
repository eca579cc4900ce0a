import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { type NamedPerson, namedPerson } from "@/lib/projects/own-team.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { eraseRuns } from "./claim";
import { type ActorRange, type ErasePlan, type LockedPerson, rangeColumns } from "./erase-plan";
import { evidenceReader } from "./evidence.queries";
import { lockPersons, lockStreams, writeStreams } from "./identities.store";
import { partitionParams } from "./partition";
import { LOG_ROW_BYTES } from "./space";
import { type OnDevice, type Tombstones, writeTombstones } from "./tombstones.store";

/**
 * Locks a person's streams and user ids in the lock order (docs/identity.md E3). Which streams they own is certain only
 * under both locks; if there are more, rolls back to a savepoint and starts again with those.
 */
export async function lockToErase(tx: Tx, projectId: string, kind: "u" | "a", id: number): Promise<LockedPerson> {
  if (kind === "a") return { userIds: [], profileIds: [], streams: await lockStreams(tx, projectId, [id]) };
  await tx.query("SAVEPOINT person");
  let expected = await streamsOwnedBy(
    tx,
    projectId,
    (await lockPersons(tx, projectId, [id])).map((m) => m.id),
  );
  for (;;) {
    await tx.query("ROLLBACK TO SAVEPOINT person");
    const streams = await lockStreams(tx, projectId, expected);
    const members = await lockPersons(tx, projectId, [id]);
    const userIds = members.map((m) => m.id);
    const owned = await streamsOwnedBy(tx, projectId, userIds);
    if (owned.join() === expected.join())
      return { userIds, profileIds: [...new Set(members.map((m) => m.profileId))].sort((a, b) => a - b), streams };
    expected = owned;
  }
}

/** Streams on which any of the users own a span. Uses spans (project_id, owner_id). */
async function streamsOwnedBy(tx: Tx, projectId: string, userIds: readonly number[]): Promise<number[]> {
  const { rows } = await tx.query<{ stream_id: number }>(sql`
    SELECT DISTINCT stream_id FROM spans
     WHERE project_id = ${projectId} AND owner_id = ANY(${userIds}::bigint[])
     ORDER BY stream_id`);
  return rows.map((row) => row.stream_id);
}

/** What must be read of a person before anything is deleted: how settings name them, and the devices they used. */
export const tracesOf = async (
  tx: Tx,
  projectId: string,
  plan: ErasePlan,
): Promise<{ devices: OnDevice[]; named: NamedPerson }> => ({
  devices: await devicesOfUsers(tx, projectId, plan),
  named: await namesInSettings(tx, projectId, plan),
});

/**
 * The devices that the person's user ids were used on, by their visits, including shared and contended ones and those
 * of support staff (docs/identity.md X12). sessions_actor_started_idx.
 */
async function devicesOfUsers(tx: Tx, projectId: string, { userIds }: ErasePlan): Promise<OnDevice[]> {
  const { rows } = await tx.query<OnDevice>(sql`
    WITH used AS (
      SELECT DISTINCT actor_id, stream_id
        FROM sessions
       WHERE project_id = ${projectId} AND actor_id = ANY(${userIds}::bigint[]))
    SELECT u.ext_id AS user, a.ext_id AS anon
      FROM used
      JOIN identities u ON u.project_id = ${projectId} AND u.id = used.actor_id
      JOIN identities a ON a.project_id = ${projectId} AND a.id = used.stream_id`);
  return rows;
}

/**
 * The names under which settings may list the person: their ids and e-mail addresses, in any case unless that is the id
 * of somebody else. Primary keys.
 */
async function namesInSettings(tx: Tx, projectId: string, { userIds, profileIds }: ErasePlan): Promise<NamedPerson> {
  const { rows } = await tx.query<{ ids: string[]; emails: string[] }>(sql`
    WITH own AS MATERIALIZED (
      SELECT ext_id FROM identities WHERE project_id = ${projectId} AND id = ANY(${userIds}::bigint[])),
    in_other_case AS (
      SELECT e FROM projects p CROSS JOIN unnest(p.internal_people) e
       WHERE p.id = ${projectId} AND lower(e) = ANY(ARRAY(SELECT lower(ext_id) FROM own))
         AND NOT EXISTS (
           SELECT 1 FROM identities i WHERE i.project_id = ${projectId} AND i.kind = 'u' AND i.ext_id = e))
    SELECT ARRAY(SELECT ext_id FROM own UNION SELECT e FROM in_other_case) AS ids,
           ARRAY(
             SELECT email FROM profiles
              WHERE project_id = ${projectId} AND id = ANY(${profileIds}::bigint[]) AND email IS NOT NULL) AS emails`);
  return namedPerson(rows[0]?.ids ?? [], rows[0]?.emails ?? []);
}

/**
 * Erasure: replaces user ids and whole streams with tombstones (null: deletes them) and marks the person's spans of
 * shared streams as erased. Returns their ids and the bytes of their property values. Primary keys; spans by stream.
 */
export async function eraseIdentities(
  tx: Tx,
  project: ProjectSettings,
  plan: ErasePlan,
  tombstones: Tombstones | null,
): Promise<{ ids: string[]; bytes: number }> {
  const { userIds, wholeIds, actorIds } = plan;
  const read = evidenceReader(tx, project.id);
  for (const { stream, runs } of plan.parts) {
    const before = stream.spans.map((span) => ({ streamId: stream.id, from: span.from }));
    await eraseRuns(stream, userIds, runs, partitionParams(stream.streamClass, project), read);
    const after = stream.spans.map((span) => ({ streamId: stream.id, span }));
    await writeStreams(tx, project.id, [stream], { remove: before, update: [], insert: after });
  }
  let bytes = 0;
  for (const { stream, ranges } of plan.parts) bytes += await erasePropertyChanges(tx, project.id, stream.id, ranges);
  await tx.query(sql`DELETE FROM prop_ops WHERE project_id = ${project.id} AND actor_id = ANY(${actorIds}::bigint[])`);
  await tx.query(sql`DELETE FROM spans WHERE project_id = ${project.id} AND stream_id = ANY(${wholeIds}::bigint[])`);
  await tx.query(sql`
    DELETE FROM alias_edges
     WHERE project_id = ${project.id} AND (a = ANY(${userIds}::bigint[]) OR b = ANY(${userIds}::bigint[]))`);
  await tx.query(sql`
    DELETE FROM detached
     WHERE project_id = ${project.id}
       AND (stream_id = ANY(${wholeIds}::bigint[]) OR user_id = ANY(${userIds}::bigint[]))`);
  const { rows } = await tx.query<{ kind: "u" | "a"; extId: string; bytes: number }>(sql`
    DELETE FROM identities WHERE project_id = ${project.id} AND id = ANY(${actorIds}::bigint[])
    RETURNING kind, ext_id AS "extId", kept_changes::bigint * ${LOG_ROW_BYTES}::int + kept_bytes AS bytes`);
  if (tombstones) await writeTombstones(tx, project.id, rows, tombstones);
  return {
    ids: rows.map(({ extId }) => extId),
    bytes: rows.reduce((sum, row) => sum + row.bytes, bytes),
  };
}

/** Deletes the property changes in the person's ranges of a shared stream; returns their bytes. prop_ops_pkey. */
async function erasePropertyChanges(
  tx: Tx,
  projectId: string,
  streamId: number,
  ranges: readonly ActorRange[],
): Promise<number> {
  const [, froms, tos] = rangeColumns(ranges);
  await tx.query(sql`
    DELETE FROM prop_ops p USING unnest(${froms}::timestamptz[], ${tos}::timestamptz[]) AS r(from_ts, to_ts)
     WHERE p.project_id = ${projectId} AND p.actor_id = ${streamId} AND p.ts >= r.from_ts AND p.ts < r.to_ts`);
  const { rows } = await tx.query<{ bytes: number }>(sql`
    UPDATE identities i SET kept_changes = remaining.changes, kept_bytes = remaining.bytes
      FROM (SELECT kept_changes, kept_bytes FROM identities
             WHERE project_id = ${projectId} AND id = ${streamId}) previous,
           (SELECT count(*)::int AS changes,
                   coalesce(sum(octet_length(key) + octet_length(value::text)), 0)::int AS bytes
              FROM prop_ops
             WHERE project_id = ${projectId} AND actor_id = ${streamId}) remaining
     WHERE i.project_id = ${projectId} AND i.id = ${streamId}
    RETURNING ((previous.kept_changes - remaining.changes)::bigint * ${LOG_ROW_BYTES}::int
               + previous.kept_bytes - remaining.bytes)::bigint AS bytes`);
  return rows[0]?.bytes ?? 0;
}
