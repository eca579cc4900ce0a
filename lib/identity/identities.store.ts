import sql, { type Sql } from "sql-template-tag";
import { bigints, jsons, timestamps } from "@/lib/db/binary-arrays";
import type { Tx } from "@/lib/db/pool";
import { StaleReadError } from "@/lib/db/retry";
import { prepared, timestamp } from "@/lib/db/statement";
import type { StreamClass } from "@/lib/events/operation";
import type { Registers } from "./fold";
import type { LockedStream, LockedUser, SpanRow, UserDelta } from "./locked-identities";
import type { ProfileUserId } from "./persons";
import { LOG_ROW_BYTES } from "./property-limits";

/** Ids without nulls and duplicates, in ascending order, the order of all locks. */
export function inLockOrder(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids.filter((id): id is number => id !== null))].sort((a, b) => a - b);
}

/**
 * Locks streams by id and reads their spans: phase 1 of the lock order (docs/identity.md E3). Reads the spans in a
 * second statement, to see what was committed while the first waited. Primary keys.
 */
export async function lockStreams(
  tx: Tx,
  projectId: string,
  ids: readonly number[],
): Promise<Map<number, LockedStream>> {
  const streams = new Map<number, LockedStream>();
  if (ids.length === 0) return streams;
  const wanted = bigints(ids);
  const locking = tx.query<StreamColumns>(
    prepared(sql`
      SELECT id, stream_class, kept_changes, kept_bytes, seen_users::text, contended FROM identities
       WHERE project_id = ${projectId} AND id = ANY(${wanted}::bigint[]) AND kind = 'a' ORDER BY id FOR NO KEY UPDATE`),
  );
  const reading = tx.query<SpanColumns & { stream_id: number; detached: [number, number][] | null }>(
    prepared(sql`
      SELECT s.stream_id, s.from_ts, s.to_ts, s.owner_id, s.run_first, s.run_last, s.first_seen, s.last_seen,
             s.event_count,
             CASE WHEN EXISTS (SELECT FROM detached o WHERE o.project_id = ${projectId}) -- once; few projects have any
                  THEN (SELECT json_agg(json_build_array(d.user_id, extract(epoch FROM d.until) * 1000))
                          FROM detached d WHERE d.project_id = ${projectId} AND d.stream_id = s.stream_id)
             END AS detached
        FROM spans s
       WHERE s.project_id = ${projectId} AND s.stream_id = ANY(${wanted}::bigint[])
       ORDER BY s.stream_id, s.from_ts`),
  );
  const [locked, spans] = await Promise.all([locking, reading]);
  if (locked.rows.length !== ids.length) throw new StaleReadError("a stream was erased meanwhile");
  for (const row of locked.rows)
    streams.set(row.id, {
      id: row.id,
      streamClass: row.stream_class,
      seenUsers: idsIn(row.seen_users),
      contended: row.contended,
      changesBytes: row.kept_changes * LOG_ROW_BYTES + row.kept_bytes,
      spans: [],
      detached: NO_USERS,
    });
  for (const row of spans.rows) {
    const stream = streams.get(row.stream_id) as LockedStream;
    stream.spans.push(spanOf(row));
    if (row.detached) stream.detached = new Map(row.detached);
  }
  return streams;
}

const idsIn = (array: string): number[] => (array === "{}" ? [] : array.slice(1, -1).split(",").map(Number));

const NO_USERS: ReadonlyMap<number, number> = new Map();

type StreamColumns = {
  id: number;
  stream_class: StreamClass;
  kept_changes: number;
  kept_bytes: number;
  /** An unparsed array literal: pg's parser would allocate half a kilobyte for it. */
  seen_users: string;
  contended: boolean;
};

type SpanColumns = {
  from_ts: number;
  to_ts: number;
  owner_id: number | null;
  run_first: number | null;
  run_last: number | null;
  first_seen: number | null;
  last_seen: number | null;
  event_count: number;
};

function spanOf(row: SpanColumns): SpanRow {
  return {
    from: row.from_ts,
    to: row.to_ts,
    owner: row.owner_id,
    run:
      row.owner_id === null
        ? null
        : { user: row.owner_id, first: row.run_first as number, last: row.run_last as number },
    count: row.event_count,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
  };
}

type UserColumns = {
  id: number;
  ext_id: string;
  profile_id: number;
  created_at: number | null;
  claims_since: number | null;
  claims_count: number;
  props: Registers | null;
};

/** Locks user ids in order (phase 2). `withProps`: the ids whose property documents are needed. Primary key. */
export async function lockUsers(
  tx: Tx,
  projectId: string,
  ids: readonly number[],
  withProps: readonly number[],
): Promise<Map<number, LockedUser>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<UserColumns>(
    prepared(sql`
      SELECT id, ext_id, profile_id, created_at, claims_since, claims_count,
             CASE WHEN id = ANY(${bigints(withProps)}::bigint[]) THEN props END AS props
        FROM identities WHERE project_id = ${projectId} AND id = ANY(${bigints(ids)}::bigint[]) AND kind = 'u'
       ORDER BY id FOR NO KEY UPDATE`),
  );
  if (rows.length !== ids.length) throw new StaleReadError("a user was erased meanwhile");
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        extId: row.ext_id,
        profileId: row.profile_id,
        createdAt: row.created_at,
        props: row.props,
        claimsSince: row.claims_since,
        claimsCount: row.claims_count,
      },
    ]),
  );
}

/**
 * Locks all user ids of the persons that `ids` belong to, in id order, and returns them. Reads the set again under the
 * locks, as another transaction may have merged one of them meanwhile (docs/identity.md P11). If it has changed, rolls
 * back to a savepoint and locks them all again: locking only the missing ones would break the lock order.
 * identities_profile_id_idx.
 */
export async function lockPersons(tx: Tx, projectId: string, ids: readonly number[]): Promise<ProfileUserId[]> {
  await tx.query("SAVEPOINT persons");
  let locked = await userIdsOfPersons(tx, projectId, ids);
  for (;;) {
    await tx.query(sql`
      SELECT 1 FROM identities WHERE project_id = ${projectId} AND id = ANY(${locked.map((m) => m.id)}::bigint[])
       ORDER BY id FOR NO KEY UPDATE`);
    const current = await userIdsOfPersons(tx, projectId, ids);
    if (hasSameIds(current, locked)) return current;
    await tx.query("ROLLBACK TO SAVEPOINT persons");
    locked = current;
  }
}

const hasSameIds = (a: readonly ProfileUserId[], b: readonly ProfileUserId[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => id === b[i]?.id);

async function userIdsOfPersons(tx: Tx, projectId: string, ids: readonly number[]): Promise<ProfileUserId[]> {
  const { rows } = await tx.query<ProfileUserId>(sql`
    SELECT id, profile_id AS "profileId"
      FROM identities
     WHERE project_id = ${projectId} AND kind = 'u'
       AND profile_id IN (
             SELECT profile_id FROM identities WHERE project_id = ${projectId} AND id = ANY(${ids}::bigint[]))
     ORDER BY id`);
  if (ids.some((id) => !rows.some((row) => row.id === id))) throw new StaleReadError("a user was erased meanwhile");
  return rows;
}

/** Adds a batch's counts to locked user ids (docs/identity.md P4). Primary key. */
export async function updateUsers(tx: Tx, projectId: string, deltas: readonly UserDelta[]): Promise<void> {
  if (deltas.length === 0) return;
  const of = <T>(read: (delta: UserDelta) => T): T[] => deltas.map(read);
  await tx.query(
    prepared(sql`
      UPDATE identities i SET event_count = i.event_count + q.count,
             first_seen = least(i.first_seen, q.first_seen), last_seen = greatest(i.last_seen, q.last_seen),
             created_at = least(i.created_at, q.created_at), props = coalesce(q.props, i.props),
             claims_since = coalesce(q.claims_since, i.claims_since),
             claims_count = coalesce(q.claims_count, i.claims_count),
             kept_bytes = greatest(i.kept_bytes + q.changes_bytes, 0)
        FROM unnest(${bigints(of((d) => d.id))}::bigint[], ${bigints(of((d) => d.count))}::bigint[],
               ${timestamps(of((d) => d.firstSeen))}::timestamptz[],
               ${timestamps(of((d) => d.lastSeen))}::timestamptz[],
               ${timestamps(of((d) => d.createdAt))}::timestamptz[], ${jsons(of((d) => d.props))}::jsonb[],
               ${timestamps(of((d) => d.claimsSince))}::timestamptz[], ${bigints(of((d) => d.claimsCount))}::bigint[],
               ${bigints(of((d) => d.changesBytes))}::bigint[])
          AS q(id, count, first_seen, last_seen, created_at, props, claims_since, claims_count, changes_bytes)
       WHERE i.project_id = ${projectId} AND i.id = q.id`),
  );
}

/** A span to write, with the stream it belongs to. */
export type SpanWrite = { streamId: number; span: SpanRow };

/** Spans to delete, to update (found by stream and `from`) and to insert. */
export type SpanChanges = {
  remove: readonly { streamId: number; from: number }[];
  update: readonly SpanWrite[];
  insert: readonly SpanWrite[];
};

/**
 * Writes changed spans and the state of locked streams. Deletes first, so that other spans can take over the keys. Four
 * statements at most; primary key.
 */
export async function writeStreams(
  tx: Tx,
  projectId: string,
  streams: readonly LockedStream[],
  { remove, update, insert }: SpanChanges,
): Promise<void> {
  const statements: Promise<unknown>[] = [];
  if (remove.length > 0)
    statements.push(
      tx.query(
        prepared(sql`
          DELETE FROM spans s
           USING unnest(${remove.map((r) => r.streamId)}::bigint[],
                        ${remove.map((r) => timestamp(r.from))}::timestamptz[]) q(stream_id, from_ts)
           WHERE s.project_id = ${projectId} AND s.stream_id = q.stream_id AND s.from_ts = q.from_ts`),
      ),
    );
  if (update.length > 0)
    statements.push(
      tx.query(
        prepared(sql`
          UPDATE spans s SET to_ts = q.to_ts, owner_id = q.owner_id, run_first = q.run_first, run_last = q.run_last,
                 first_seen = q.first_seen, last_seen = q.last_seen, event_count = q.event_count
            FROM ${spanColumns(update)}
           WHERE s.project_id = ${projectId} AND s.stream_id = q.stream_id AND s.from_ts = q.from_ts`),
      ),
    );
  if (insert.length > 0)
    statements.push(
      tx.query(
        prepared(sql`
          INSERT INTO spans (project_id, stream_id, from_ts, to_ts, owner_id, run_first, run_last, first_seen,
                             last_seen, event_count)
          SELECT ${projectId}::uuid, q.* FROM ${spanColumns(insert)}`),
      ),
    );
  if (streams.length > 0) {
    const rows = streams.map(({ id, seenUsers, contended }) => ({ id, seen_users: seenUsers, contended }));
    statements.push(
      tx.query(
        prepared(sql`
          UPDATE identities i SET seen_users = q.seen_users, contended = q.contended
            FROM json_to_recordset(${JSON.stringify(rows)}::json)
              AS q(id bigint, seen_users bigint[], contended boolean)
           WHERE i.project_id = ${projectId} AND i.id = q.id`),
      ),
    );
  }
  await Promise.all(statements);
}

function spanColumns(writes: readonly SpanWrite[]): Sql {
  const of = <T>(read: (span: SpanRow) => T): T[] => writes.map(({ span }) => read(span));
  return sql`
    unnest(${bigints(writes.map(({ streamId }) => streamId))}::bigint[],
           ${timestamps(of((span) => span.from))}::timestamptz[],
      ${timestamps(of((span) => span.to))}::timestamptz[], ${bigints(of((span) => span.owner))}::bigint[],
      ${timestamps(of((span) => span.run?.first ?? null))}::timestamptz[],
      ${timestamps(of((span) => span.run?.last ?? null))}::timestamptz[],
      ${timestamps(of((span) => span.firstSeen))}::timestamptz[],
      ${timestamps(of((span) => span.lastSeen))}::timestamptz[],
      ${bigints(of((span) => span.count))}::bigint[])
    AS q(stream_id, from_ts, to_ts, owner_id, run_first, run_last, first_seen, last_seen, event_count)`;
}
