import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import type { EvidenceReader } from "@/lib/identity/claim";
import { extIds } from "@/lib/identity/store";
import type { Operation } from "./operation";

/** An operation with its internal ids, as it is stored. */
export type StoredOperation = {
  operation: Operation;
  actorId: number | null;
  streamId: number | null;
  sessionId: string | null;
  claim: boolean;
  warnings: string[];
};

/**
 * Stores operations that are not stored yet and returns their ids (R16: the first accepted write of an id wins).
 * Rows go in by id order, so two writers of the same ids cannot deadlock. Primary key and events_actor_ts_idx.
 */
export async function insertEvents(tx: Tx, projectId: string, rows: readonly StoredOperation[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const input = rows.map(({ operation: op, ...row }) => ({
    id: op.id,
    actor_id: row.actorId,
    stream_id: row.streamId,
    session_id: row.sessionId,
    ts: timestamp(op.ts),
    received_at: timestamp(op.receivedAt),
    kind: op.kind,
    name: op.name,
    active: op.active,
    claim: row.claim,
    origin: op.context.origin,
    path: op.context.path,
    title: op.context.title,
    referrer: op.context.referrer,
    country: op.context.country,
    city: op.context.city,
    device: op.context.device,
    browser: op.context.browser,
    os: op.context.os,
    revenue: op.revenue,
    groups: op.groups.length > 0 ? op.groups : null,
    properties: op.properties,
    warnings: row.warnings.length > 0 ? row.warnings : null,
  }));
  const inserted = await tx.query(
    prepared(sql`
      INSERT INTO events (project_id, id, actor_id, stream_id, session_id, ts, received_at, kind, name, active, claim, origin, path,
             title, referrer, country, city, device, browser, os, revenue, groups, properties, warnings)
      SELECT ${projectId}::uuid, q.* FROM json_to_recordset(${JSON.stringify(input)}::json)
          AS q(id uuid, actor_id bigint, stream_id bigint, session_id uuid, ts timestamptz, received_at timestamptz, kind text,
               name text, active boolean, claim boolean, origin text, path text, title text, referrer text, country text, city text,
               device text, browser text, os text, revenue bigint, groups text[], properties jsonb, warnings text[])
       ORDER BY q.id
      ON CONFLICT (project_id, id) DO NOTHING RETURNING id`),
  );
  return new Set(inserted.rows.map((row) => row.id));
}

/** Session ids of stored operations, to answer a duplicate as its original was. Primary key. */
export async function sessionsOf(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, string | null>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query(
    sql`SELECT id, session_id FROM events WHERE project_id = ${projectId} AND id = ANY(${ids}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.id, row.session_id]));
}

/** A property change that is kept by itself: all of a stream's, and a user's increments. */
export type KeptChange = { actorId: number; key: string; mode: string; ts: number; id: string; value: unknown };

/** Keeps property changes that cannot be folded into a document (identity.md 4.1 prop_ops). Primary key. */
export async function insertPropOps(tx: Tx, projectId: string, changes: readonly KeptChange[]): Promise<void> {
  if (changes.length === 0) return;
  const input = changes.map((c) => ({ ...c, ts: timestamp(c.ts), actor_id: c.actorId }));
  await tx.query(
    prepared(sql`
      INSERT INTO prop_ops (project_id, actor_id, key, mode, ts, id, value)
      SELECT ${projectId}::uuid, q.actor_id, q.key, q.mode, q.ts, q.id, coalesce(q.value, 'null') FROM json_to_recordset(${JSON.stringify(input)}::json)
          AS q(actor_id bigint, key text, mode text, ts timestamptz, id uuid, value jsonb)
      ON CONFLICT DO NOTHING`),
  );
}

/**
 * The looks into the events that attribution needs, within the batch's transaction (so its own rows are seen).
 * All ride on events_actor_ts_idx: `neighbours` over the user's rows of one run, the others over the stream's.
 */
export function evidenceReader(tx: Tx, projectId: string): EvidenceReader {
  return {
    async neighbours(streamId, user, t, from, to) {
      const at = timestamp(t);
      const { rows } = await tx.query(sql`
        SELECT (SELECT max(ts) FROM events WHERE project_id = ${projectId} AND actor_id = ${user} AND stream_id = ${streamId} AND claim
                   AND ts >= ${timestamp(from)} AND ts < ${at}) AS before,
               (SELECT min(ts) FROM events WHERE project_id = ${projectId} AND actor_id = ${user} AND stream_id = ${streamId} AND claim
                   AND ts > ${at} AND ts <= ${timestamp(to)}) AS after,
               EXISTS (SELECT 1 FROM events WHERE project_id = ${projectId} AND actor_id = ${user} AND stream_id = ${streamId} AND claim
                   AND ts = ${at}) AS at`);
      return { before: rows[0].before, after: rows[0].after, at: rows[0].at };
    },
    async count(streamId, from, to) {
      const { rows } = await tx.query(sql`
        SELECT count(*) AS count, min(ts) AS first, max(ts) AS last FROM events
         WHERE project_id = ${projectId} AND actor_id = ${streamId} AND active
           AND ts >= ${timestamp(from)} AND ts < ${timestamp(to)}`);
      return { count: rows[0].count, firstSeen: rows[0].first, lastSeen: rows[0].last };
    },
    async newest(streamId, from, to) {
      const { rows } = await tx.query(sql`
        SELECT ts FROM events WHERE project_id = ${projectId} AND actor_id = ${streamId} AND active
           AND ts >= ${timestamp(from)} AND ts < ${timestamp(to)} ORDER BY ts DESC, id DESC LIMIT 1`);
      return rows[0]?.ts ?? null;
    },
    extIds: (ids) => extIds(tx, projectId, ids),
  };
}

/**
 * All evidence on a stream that still counts: operations of the given users on it, detached ones left out (R6a, R14).
 * Walks the users' rows on events_actor_ts_idx: O(events of those users), which only a detach pays.
 */
export async function evidenceOf(
  tx: Tx,
  projectId: string,
  streamId: number,
  userIds: readonly number[],
): Promise<{ user: number; t: number }[]> {
  const { rows } = await tx.query(sql`
    SELECT DISTINCT e.actor_id, e.ts FROM events e
      LEFT JOIN detached d ON d.project_id = ${projectId} AND d.stream_id = ${streamId} AND d.user_id = e.actor_id
     WHERE e.project_id = ${projectId} AND e.actor_id = ANY(${userIds}::bigint[]) AND e.stream_id = ${streamId} AND e.claim
       AND (d.until IS NULL OR e.ts > d.until)`);
  return rows.map((row) => ({ user: row.actor_id, t: row.ts }));
}
