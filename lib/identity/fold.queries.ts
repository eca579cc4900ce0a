import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import type { PropertyChange } from "@/lib/events/property-change";
import type { Json } from "@/lib/json";
import { MAX_LOGGED_BYTES, MAX_LOGGED_CHANGES } from "./compact";
import type { Registers, Stamp } from "./fold";

/** The input of the fold of profiles' properties: their user ids, and the changes in spans they own. */
export const storedProperties = (tx: Tx, projectId: string, profileIds: readonly number[]) =>
  Promise.all([idsOfProfiles(tx, projectId, profileIds), changesOnLanes(tx, projectId, profileIds)]);

/** A user id of a person, with its registers. */
export type UserIdRegisters = {
  profileId: number;
  id: number;
  extId: string;
  createdAt: number | null;
  props: Registers;
};

/** All user ids of the profiles, oldest first. Uses identities (project_id, profile_id). */
async function idsOfProfiles(tx: Tx, projectId: string, profileIds: readonly number[]): Promise<UserIdRegisters[]> {
  type Row = { profile_id: number; id: number; ext_id: string; created_at: number | null; props: Registers };
  const { rows } = await tx.query<Row>(
    prepared(sql`
      SELECT profile_id, id, ext_id, created_at, props FROM identities
       WHERE project_id = ${projectId} AND profile_id = ANY(${profileIds}::bigint[])
       ORDER BY created_at NULLS LAST, ext_id`),
  );
  return rows.map((row) => ({
    profileId: row.profile_id,
    id: row.id,
    extId: row.ext_id,
    createdAt: row.created_at,
    props: row.props,
  }));
}

/** An anonymous property change in a span that a person owns. */
export type LaneChange = {
  profileId: number;
  key: string;
  mode: PropertyChange["mode"];
  ts: number;
  id: string;
  value: Json;
};

/** Changes, and their bytes, that a fold reads of all of a person's devices together: 1 MiB, about 20 ms. */
const MAX_LANE_CHANGES = 8_000;
const MAX_LANE_BYTES = 1024 * 1024;

/**
 * Property changes in the spans that the profiles own, most recent devices first. Limited per profile, because a person
 * may have thousands of devices that are each within their own limits. Devices without changes cost no probe, as a
 * stream's row has their number. identities_profile_id_idx, spans_owner_id_idx, identities_pkey, prop_ops_pkey;
 * O(spans + changes read).
 */
async function changesOnLanes(tx: Tx, projectId: string, profileIds: readonly number[]): Promise<LaneChange[]> {
  const { rows } = await tx.query<Omit<LaneChange, "profileId"> & { profile_id: number }>(
    prepared(sql`
      WITH owned_spans AS (
        SELECT i.profile_id, s.stream_id, s.from_ts, s.to_ts, s.run_last,
               least(d.kept_changes, ${MAX_LOGGED_CHANGES}::int) AS changes,
               least(d.kept_bytes, ${MAX_LOGGED_BYTES}::int) AS bytes,
               row_number() OVER (PARTITION BY i.profile_id, s.stream_id
                                   ORDER BY s.run_last DESC, s.from_ts) = 1 AS is_first
          FROM identities i
          JOIN spans s ON s.project_id = ${projectId} AND s.owner_id = i.id
          JOIN identities d ON d.project_id = ${projectId} AND d.id = s.stream_id AND d.kept_changes > 0
         WHERE i.project_id = ${projectId} AND i.profile_id = ANY(${profileIds}::bigint[])),
      lanes AS (
        SELECT profile_id, stream_id, from_ts, to_ts,
               sum(CASE WHEN is_first THEN changes ELSE 0 END) OVER newest AS changes,
               sum(CASE WHEN is_first THEN bytes ELSE 0 END) OVER newest AS bytes
          FROM owned_spans
        WINDOW newest AS (PARTITION BY profile_id ORDER BY run_last DESC, stream_id, from_ts ROWS UNBOUNDED PRECEDING))
      SELECT l.profile_id, p.key, p.mode, p.ts, p.id, p.value
        FROM lanes l CROSS JOIN LATERAL (
          SELECT p.key, p.mode, p.ts, p.id, p.value FROM prop_ops p
           WHERE p.project_id = ${projectId} AND p.actor_id = l.stream_id AND p.ts >= l.from_ts AND p.ts < l.to_ts
           LIMIT ${MAX_LOGGED_CHANGES}) p
       WHERE l.changes <= ${MAX_LANE_CHANGES} AND l.bytes <= ${MAX_LANE_BYTES}`),
  );
  return rows.map(({ profile_id: profileId, ...change }) => ({ ...change, profileId }));
}

/**
 * Exact decimal sums of the user ids' increments of a key after a stamp, by profile and key: needed for keys with both
 * a `set` and increments. A range of prop_ops_pkey.
 */
export async function incrementsAfter(
  tx: Tx,
  projectId: string,
  wanted: readonly { profileId: number; actorIds: readonly number[]; key: string; after: Stamp }[],
): Promise<Map<number, Map<string, string>>> {
  const sums = new Map<number, Map<string, string>>();
  if (wanted.length === 0) return sums;
  const input = wanted.map(({ profileId, actorIds, key, after: [, ts, id] }) => ({
    profile_id: profileId,
    actor_ids: actorIds,
    key,
    after_ts: timestamp(ts),
    after_id: id,
  }));
  const { rows } = await tx.query<{ profileId: number; key: string; sum: string }>(sql`
    SELECT q.profile_id AS "profileId", q.key, sum((o.value #>> '{}')::numeric)::text AS sum
      FROM json_to_recordset(${JSON.stringify(input)}::json)
             AS q(profile_id bigint, actor_ids bigint[], key text, after_ts timestamptz, after_id uuid)
      JOIN prop_ops o ON o.project_id = ${projectId} AND o.actor_id = ANY(q.actor_ids) AND o.key = q.key
       AND o.mode = 'increment' AND (o.ts, o.id) > (q.after_ts, q.after_id)
     GROUP BY q.profile_id, q.key`);
  for (const { profileId, key, sum } of rows) sums.set(profileId, (sums.get(profileId) ?? new Map()).set(key, sum));
  return sums;
}

/** Which of the streams have any property change. Primary key of prop_ops. */
export async function streamsWithChanges(
  tx: Tx,
  projectId: string,
  streamIds: readonly number[],
): Promise<Set<number>> {
  if (streamIds.length === 0) return new Set();
  const { rows } = await tx.query<{ id: number }>(sql`
    SELECT s AS id FROM unnest(${streamIds}::bigint[]) s
     WHERE EXISTS (SELECT 1 FROM prop_ops p WHERE p.project_id = ${projectId} AND p.actor_id = s)`);
  return new Set(rows.map((row) => row.id));
}
