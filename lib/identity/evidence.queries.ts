import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { type EvidenceReader, runsOfSpans } from "./claim";
import type { LockedStream } from "./locked-identities";
import type { Neighbours } from "./runs";

type EventCount = { count: number; firstSeen: number | null; lastSeen: number | null };

/**
 * Reads within the batch's transaction, to see the batch's own rows. All use events_actor_ts_idx: `neighbours` over the
 * user's rows of one run (docs/identity.md P14), the others over the stream's.
 */
export function evidenceReader(tx: Tx, projectId: string): EvidenceReader {
  return {
    async neighbours(streamId, user, t, from, to) {
      const at = timestamp(t);
      const { rows } = await tx.query<Neighbours>(sql`
        SELECT (SELECT max(ts)
                  FROM events
                 WHERE project_id = ${projectId} AND actor_id = ${user} AND stream_id = ${streamId} AND claim
                   AND ts >= ${timestamp(from)} AND ts < ${at}) AS before,
               (SELECT min(ts)
                  FROM events
                 WHERE project_id = ${projectId} AND actor_id = ${user} AND stream_id = ${streamId} AND claim
                   AND ts > ${at} AND ts <= ${timestamp(to)}) AS after,
               EXISTS (
                 SELECT 1
                   FROM events
                  WHERE project_id = ${projectId} AND actor_id = ${user} AND stream_id = ${streamId} AND claim
                    AND ts = ${at}) AS at`);
      return rows[0] as Neighbours;
    },
    async count(streamId, from, to) {
      const { rows } = await tx.query<EventCount>(sql`
        SELECT count(*) AS count, min(ts) AS "firstSeen", max(ts) AS "lastSeen" FROM events
         WHERE project_id = ${projectId} AND actor_id = ${streamId} AND active
           AND ts >= ${timestamp(from)} AND ts < ${timestamp(to)}`);
      return rows[0] as EventCount;
    },
    async newest(streamId, from, to) {
      const { rows } = await tx.query<{ ts: number }>(sql`
        SELECT ts FROM events WHERE project_id = ${projectId} AND actor_id = ${streamId} AND active
           AND ts >= ${timestamp(from)} AND ts < ${timestamp(to)} ORDER BY ts DESC, id DESC LIMIT 1`);
      return rows[0]?.ts ?? null;
    },
    extIds: (ids) => extIds(tx, projectId, ids),
  };
}

/**
 * The users' evidence on a stream that still counts, that is without what a detachment ignores: their operations, and
 * the ends of their runs, whose events retention may have deleted (docs/identity.md R6a, R14). O(events of those users)
 * on events_actor_ts_idx; only corrections pay that.
 */
export async function evidenceOf(
  tx: Tx,
  projectId: string,
  { id: streamId, spans }: LockedStream,
  userIds: readonly number[],
): Promise<{ user: number; t: number }[]> {
  const ends = runsOfSpans(spans).flatMap(({ user, first, last }) => [
    { user, t: first },
    { user, t: last },
  ]);
  const { rows } = await tx.query<{ user: number; t: number }>(sql`
    SELECT DISTINCT e.actor_id AS "user", e.ts AS t
      FROM (SELECT actor_id, ts
              FROM events
             WHERE project_id = ${projectId} AND actor_id = ANY(${userIds}::bigint[]) AND stream_id = ${streamId}
               AND claim
             UNION ALL
            SELECT actor_id, ts
              FROM unnest(${ends.map(({ user }) => user)}::bigint[],
                          ${ends.map(({ t }) => timestamp(t))}::timestamptz[]) r(actor_id, ts)
             WHERE actor_id = ANY(${userIds}::bigint[])) e
      LEFT JOIN detached d ON d.project_id = ${projectId} AND d.stream_id = ${streamId} AND d.user_id = e.actor_id
     WHERE d.until IS NULL OR e.ts > d.until`);
  return rows;
}

/** The customer's user ids by internal id, to break ties by byte order. Primary key. */
export async function extIds(tx: Tx, projectId: string, ids: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await tx.query<{ id: number; extId: string }>(sql`
    SELECT id, ext_id AS "extId" FROM identities WHERE project_id = ${projectId} AND id = ANY(${ids}::bigint[])`);
  return new Map(rows.map((row) => [row.id, row.extId]));
}
