import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { type NamedPerson, namedPerson } from "@/lib/projects/own-team.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { eraseRuns } from "./claim";
import type { ErasePlan, LockedPerson } from "./erase-plan";
import { evidenceReader } from "./evidence.queries";
import { lockPersons, lockStreams, writeStreams } from "./identities.store";
import { partitionParams } from "./partition";
import { eraseLoggedChanges } from "./property-log.store";
import { LOG_ROW_BYTES } from "./space";
import { type OnDevice, pairTombstone, tombstone } from "./tombstones.queries";

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

/**
 * The names under which settings may list the person: their ids and e-mail addresses, in any case unless that is the id
 * of somebody else. Primary keys.
 */
export async function namesInSettings(
  tx: Tx,
  projectId: string,
  { userIds, profileIds }: ErasePlan,
): Promise<NamedPerson> {
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
 * The tombstones of an erasure: operations with these ids are dropped up to `until` (ms), or for ever with `suppress`.
 * `devices`: where the person's user ids were used, and are refused from now on.
 */
export type Tombstones = { key: string; until: number; suppress: boolean; devices: readonly OnDevice[] };

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
  const changesBytes = await eraseLoggedChanges(tx, project.id, plan);
  await tx.query(sql`DELETE FROM spans WHERE project_id = ${project.id} AND stream_id = ANY(${wholeIds}::bigint[])`);
  await tx.query(sql`
    DELETE FROM alias_edges
     WHERE project_id = ${project.id} AND (a = ANY(${userIds}::bigint[]) OR b = ANY(${userIds}::bigint[]))`);
  await tx.query(sql`
    DELETE FROM detached
     WHERE project_id = ${project.id}
       AND (stream_id = ANY(${wholeIds}::bigint[]) OR user_id = ANY(${userIds}::bigint[]))`);
  const { rows } = await tx.query<ErasedId>(sql`
    DELETE FROM identities WHERE project_id = ${project.id} AND id = ANY(${actorIds}::bigint[])
    RETURNING kind, ext_id AS "extId", kept_changes::bigint * ${LOG_ROW_BYTES}::int + kept_bytes AS bytes`);
  if (tombstones) await writeTombstones(tx, project.id, rows, tombstones);
  return {
    ids: rows.map(({ extId }) => extId),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, changesBytes),
  };
}

type ErasedId = { kind: "u" | "a"; extId: string; bytes: number };

/** Writes tombstones (hashes only); a later erasure moves their time forward. Primary keys. */
async function writeTombstones(
  tx: Tx,
  projectId: string,
  ids: readonly ErasedId[],
  { key, until, suppress, devices }: Tombstones,
): Promise<void> {
  const hashes = [
    ...ids.map(({ kind, extId }) => ({ kind, hash: tombstone(key, kind, extId), isFinal: suppress })),
    ...devices.map((one) => ({ kind: "p", hash: pairTombstone(key, one), isFinal: true })),
  ];
  await tx.query(sql`
    INSERT INTO erased_ids AS x (project_id, kind, id_hash, until, suppress)
    SELECT ${projectId}::uuid, kind, hash, ${timestamp(until)}::timestamptz, final
      FROM unnest(${hashes.map(({ kind }) => kind)}::text[], ${hashes.map(({ hash }) => hash)}::bytea[],
                  ${hashes.map(({ isFinal }) => isFinal)}::boolean[]) t(kind, hash, final)
    ON CONFLICT (project_id, kind, id_hash) DO UPDATE
      SET until = greatest(x.until, excluded.until), suppress = x.suppress OR excluded.suppress`);
}
