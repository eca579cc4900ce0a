import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import type { Json } from "@/lib/json";
import { type NamedPerson, namedPerson } from "@/lib/projects/own-team.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { eraseRuns } from "./claim";
import { evidenceReader } from "./evidence.queries";
import { lockPersons, lockStreams, writeStreams } from "./identities.store";
import type { LockedStream } from "./locked-identities";
import { EPSILON_MS, ERASED, partitionParams, type UserRun } from "./partition";
import { joinNumbers } from "./person-ref";
import { LOG_ROW_BYTES } from "./space";
import { type OnDevice, type Tombstones, writeTombstones } from "./tombstones.store";

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
