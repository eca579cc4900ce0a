import { createHmac } from "node:crypto";
import sql, { type Sql } from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import type { Json } from "@/lib/json";
import type { ProjectSettings } from "@/lib/projects/settings";
import { eraseRuns } from "./claim";
import { evidenceReader } from "./evidence.queries";
import { lockPersons, lockStreams, writeStreams } from "./identities.store";
import type { LockedStream } from "./locked-identities";
import { EPSILON_MS, ERASED, partitionParams, type UserRun } from "./partition";
import { joinNumbers, refOf } from "./person-ref";
import { LOG_ROW_BYTES } from "./property-limits";

/** The ranges [from, to) of actors' events that an erasure deletes, as the arrays that `unnest` takes. */
export type ActorRanges = { actors: number[]; froms: (string | null)[]; tos: (string | null)[] };

/** What to erase: a person by any of its user ids, or an anonymous visitor by its stream. */
export type EraseTarget = { kind: "u" | "a"; extId: string };

/** A person's locked user ids, their profiles and the streams on which they own a span. */
type LockedPerson = { userIds: number[]; profileIds: number[]; streams: Map<number, LockedStream> };

/** A part of a stream that the person shares with others. `runs`: everybody's, the person's own as erased ones. */
type StreamPart = { stream: LockedStream; ranges: ActorRanges; runs: UserRun[] };

/** What an erasure deletes, for each feature's own erase. */
export type ErasePlan = LockedPerson & {
  /** The person's parts of streams shared with others. */
  parts: StreamPart[];
  /** Streams with nobody else's spans. */
  wholeIds: number[];
  /** Everything erased as a whole: the user ids and those streams. */
  actorIds: number[];
  /** The events to delete. */
  ranges: ActorRanges;
  /** Everybody whose figures change, by personNumber. */
  people: number[];
};

/** Removes an erased person from JSON that stays, for the erase of features that have such texts. */
export type PersonRemover = {
  /** Their ids and addresses, in lower case and escaped as in JSON, for SQL to find candidates by. */
  needles: string[];
  /**
   * Returns a copy without their addresses, wherever these occur and in any case, and without their ids where an id is
   * the whole text.
   */
  remove: (value: Json) => Json;
};

/** Locks the person or visitor of an identity (`kind`, `id`), and plans their erasure at `until` ms. */
export const lockToErase = async (
  tx: Tx,
  projectId: string,
  kind: EraseTarget["kind"],
  id: number,
  until: number,
): Promise<ErasePlan> => planErasure(await lockPerson(tx, projectId, kind, id), kind, until);

/**
 * Locks a person's streams and user ids in the lock order (docs/identity.md E3). Which streams they own is certain only
 * under both locks; if there are more, rolls back to a savepoint and starts again with those.
 */
async function lockPerson(tx: Tx, projectId: string, kind: EraseTarget["kind"], id: number): Promise<LockedPerson> {
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

/** The plan for a locked person, or for visitors by their streams (`kind` "a"), at `until` ms. */
export function planErasure(person: LockedPerson, kind: EraseTarget["kind"], until: number): ErasePlan {
  const { userIds, profileIds, streams } = person;
  const owns = (owner: number | null): boolean =>
    kind === "a" ? owner === null : owner !== null && userIds.includes(owner);
  const plans = [...streams.values()].map((stream) => planStream(stream, owns, until));
  const wholeIds = plans.flatMap(({ runs, stream }) => (runs === null ? [stream.id] : []));
  return {
    ...person,
    parts: plans.flatMap(({ stream, ranges, runs }) => (runs ? [{ stream, ranges: columnsOf(ranges), runs }] : [])),
    wholeIds,
    actorIds: [...userIds, ...wholeIds],
    ranges: columnsOf([...userIds.map(always), ...plans.flatMap(({ ranges }) => ranges)]),
    people: joinNumbers({ profiles: profileIds, visitors: [...streams.keys()] }),
  };
}

/** A range of an actor's events, in ms; ±Infinity for open ends. */
type ActorRange = { actorId: number; from: number; to: number };

const always = (actorId: number): ActorRange => ({
  actorId,
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
});

const columnsOf = (ranges: readonly ActorRange[]): ActorRanges => ({
  actors: ranges.map(({ actorId }) => actorId),
  froms: ranges.map(({ from }) => timestamp(from)),
  tos: ranges.map(({ to }) => timestamp(to)),
});

/** What to do to a stream on which the person has a span. `runs` null: delete all of it. */
type StreamPlan = { stream: LockedStream; ranges: ActorRange[]; runs: UserRun[] | null };

/**
 * Plans the erasure of a person's spans of a stream at `until` ms (docs/identity.md R13). Deletes a stream that has
 * nobody else's spans. On a shared one the person's runs become erased runs, so that only the boundaries remain.
 * `owns`: whether an owner is the person (null: the anonymous visitor). Pure.
 */
function planStream(stream: LockedStream, owns: (owner: number | null) => boolean, until: number): StreamPlan {
  const isWhole = stream.spans.every((span) => owns(span.owner) || (span.owner === null && span.count === 0));
  if (isWhole) return { stream, ranges: [always(stream.id)], runs: null };
  const ranges: ActorRange[] = [];
  const runs: UserRun[] = [];
  for (const span of stream.spans) {
    if (!owns(span.owner)) {
      if (span.run) runs.push({ ...span.run });
      continue;
    }
    const to = Math.min(span.to, until + EPSILON_MS);
    if (to <= span.from) continue;
    ranges.push({ actorId: stream.id, from: span.from, to });
    const last = runs.at(-1);
    if (last?.user === ERASED && last.last + EPSILON_MS === span.from) last.last = to - EPSILON_MS;
    else runs.push({ user: ERASED, first: span.from, last: to - EPSILON_MS });
  }
  return { stream, ranges, runs };
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
  await tx.query(deletionOfChanges(project.id, actorIds));
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

/** Deletes all logged property changes of identities. prop_ops_pkey. */
export const deletionOfChanges = (projectId: string, actorIds: readonly number[]): Sql =>
  sql`DELETE FROM prop_ops WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`;

/** Deletes the property changes in the person's ranges of a shared stream; returns their bytes. prop_ops_pkey. */
async function erasePropertyChanges(
  tx: Tx,
  projectId: string,
  streamId: number,
  { froms, tos }: ActorRanges,
): Promise<number> {
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

/** The tombstone of an erased id: an HMAC with the project's key, which can be matched but not reversed (R13). */
export function tombstone(key: string, kind: "u" | "a", extId: string): Buffer {
  return createHmac("sha256", key).update(refOf(kind, extId)).digest();
}

/**
 * A page that is open during an erasure still has the ids of its device and its user, and its next event would recreate
 * the person (docs/identity.md R13). So an erased user id is refused on every device it was used on.
 */

/** A user id and the anonymous id of a device. */
export type OnDevice = { user: string; anon: string };

/** The tombstone of a user id on a device. */
const pairTombstone = (key: string, { user, anon }: OnDevice): Buffer =>
  createHmac("sha256", key)
    .update(JSON.stringify([user, anon]))
    .digest();

/**
 * The tombstones of an erasure: operations with these ids are dropped up to `until` (ms), or for ever with `suppress`.
 * `devices`: where the person's user ids were used, and are refused from now on.
 */
export type Tombstones = { key: string; until: number; suppress: boolean; devices: readonly OnDevice[] };

/** Writes tombstones (hashes only); a later erasure moves their time forward. Primary keys. */
export async function writeTombstones(
  tx: Tx,
  projectId: string,
  ids: readonly { kind: "u" | "a"; extId: string }[],
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

export const pairKey = ({ user, anon }: OnDevice): string => JSON.stringify([user, anon]);

/**
 * The `pairKey`s of the uses to refuse: of an erased user id on a device that was erased as a whole with or before it,
 * or that it was used on. Three probes of erased_ids_pkey each.
 */
export async function refusedOnDevices(
  db: Database,
  projectId: string,
  key: string,
  uses: readonly OnDevice[],
): Promise<Set<string>> {
  if (uses.length === 0) return new Set();
  // Most of a batch repeats the same pair.
  const named = [...new Map(uses.map((one) => [pairKey(one), one])).values()];
  const { rows } = await db.query<OnDevice>(sql`
    SELECT t.user_id AS user, t.anon
      FROM unnest(${named.map(({ user }) => user)}::text[], ${named.map(({ anon }) => anon)}::text[],
                  ${named.map(({ user }) => tombstone(key, "u", user))}::bytea[],
                  ${named.map(({ anon }) => tombstone(key, "a", anon))}::bytea[],
                  ${named.map((one) => pairTombstone(key, one))}::bytea[])
             AS t(user_id, anon, user_hash, device_hash, pair_hash)
      JOIN erased_ids u ON u.project_id = ${projectId} AND u.kind = 'u' AND u.id_hash = t.user_hash
     WHERE EXISTS (SELECT FROM erased_ids e WHERE e.project_id = ${projectId} AND e.kind = 'a'
                      AND e.id_hash = t.device_hash AND e.until <= u.until)
        OR EXISTS (SELECT FROM erased_ids e WHERE e.project_id = ${projectId} AND e.kind = 'p'
                      AND e.id_hash = t.pair_hash)`);
  return new Set(rows.map(pairKey));
}
