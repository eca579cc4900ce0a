import sql, { type Sql } from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { utcDay, utcDays } from "@/lib/format/time";
import { eventNamesCte } from "@/lib/timeline/project-events.queries";
import { COUNTED_KINDS, type CountedKind, occurrences } from "./day-counts.queries";

/**
 * The most names of a day, and pairs of name and quarter, that are stored; a day with more is counted from its rows.
 */
const MAX_NAMES = 1_000;
const MAX_PARTS = 20_000;
/** Older days are not counted: four years, more than two of the longest ranges. */
const MAX_DAYS = 1_500;
/**
 * How long after its end a day is counted. A process whose clock is slow by less than this still considers it the
 * current day, whose changes ingest does not report.
 */
const CLOSED_AFTER_MS = 2 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Deletes the counts of the days that `days` selects, in lock order. day_counts_pkey. */
const deletion = (projectId: string, days: Sql): Sql => sql`
  DELETE FROM day_counts d
   USING (SELECT kind, day
            FROM day_counts
           WHERE project_id = ${projectId} AND kind = ANY(${COUNTED_KINDS}::text[]) AND day = ANY(ARRAY(${days}))
           ORDER BY kind, day FOR UPDATE) q
   WHERE d.project_id = ${projectId} AND d.kind = q.kind AND d.day = q.day`;

/**
 * Makes the job recount days in which rows were added or deleted. Call it in the same transaction and after its first
 * write, from which on the job waits for it: earlier, it would not see a running count. Call it after taking all other
 * locks of the transaction except those of usage.
 */
export async function reopenDays(tx: Database, projectId: string, days: readonly string[]): Promise<void> {
  if (days.length === 0) return;
  await tx.query(prepared(deletion(projectId, sql`SELECT q.day FROM unnest(${days}::date[]) q(day)`)));
}

/**
 * Like reopenDays, for a batch of ingest, appended to the statement that writes the sessions (`written`): reopens
 * `days`, and the days before today on which these sessions began, as their source may have changed.
 */
export const reopenDaysOfBatch =
  (projectId: string, days: readonly string[], now: number) =>
  (written: Sql): Sql =>
    deletion(
      projectId,
      sql`
        SELECT (w.started_at AT TIME ZONE 'UTC')::date
          FROM ${written} w
         WHERE w.started_at < ${timestamp(now - (now % DAY_MS))}
         UNION ALL
        SELECT q.day FROM unnest(${days}::date[]) q(day)`,
    );

/**
 * The days that a batch's late events may change: their own, and those on which rows of their sessions began, which may
 * now begin earlier or no longer count. Reads nothing if there are no late events. sessions_pkey, one probe per
 * session.
 */
export async function daysOfLate(
  tx: Tx,
  projectId: string,
  events: readonly { ts: number; sessionId: string | null }[],
  now: number,
): Promise<string[]> {
  const today = now - (now % DAY_MS);
  const late = events.filter(({ ts }) => ts < today);
  if (late.length === 0) return [];
  const ids = [...new Set(late.flatMap(({ sessionId }) => sessionId ?? []))];
  return [...new Set([...utcDays(late), ...(await daysOfSessions(tx, projectId, ids))])];
}

/** Every day on which rows of these sessions began, or may begin once rebuilt from the remaining events. */
export async function daysOfSessions(tx: Tx, projectId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<{ day: string }>(
    prepared(sql`
      SELECT DISTINCT to_char((x.started_at AT TIME ZONE 'UTC')::date + i, 'YYYY-MM-DD') AS day
        FROM sessions x
       CROSS JOIN LATERAL generate_series(
         0, (x.ended_at AT TIME ZONE 'UTC')::date - (x.started_at AT TIME ZONE 'UTC')::date) i
       WHERE x.project_id = ${projectId} AND x.session_id = ANY(${ids}::uuid[])`),
  );
  return rows.map(({ day }) => day);
}

/**
 * Like daysOfSessions, for every session of these actors, for an erasure. sessions_actor_started_idx, sessions_pkey.
 */
export async function daysOfActors(tx: Tx, projectId: string, actorIds: readonly number[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(sql`
    SELECT DISTINCT session_id AS id FROM sessions
     WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`);
  return daysOfSessions(
    tx,
    projectId,
    rows.map(({ id }) => id),
  );
}

/** The CTE `closed (day, is_counted)` of a project's closed days, and those it needs. */
const closedDays = (projectId: string, now: number): Sql => sql`
  ${eventNamesCte({ projectId })},
  first_moment AS (
    SELECT least(
      (SELECT min(e.ts)
         FROM names
        CROSS JOIN LATERAL (SELECT e.ts FROM events e
                             WHERE e.project_id = ${projectId} AND e.kind = 'event' AND e.name = names.name
                             ORDER BY e.ts LIMIT 1) e),
      (SELECT x.started_at FROM sessions x
        WHERE x.project_id = ${projectId} ORDER BY x.started_at, x.session_id, x.actor_id DESC LIMIT 1)) AS at),
  closed AS (
    SELECT d.day,
           (SELECT count(*) FROM day_counts c
             WHERE c.project_id = ${projectId} AND c.kind = ANY(${COUNTED_KINDS}::text[])
               AND c.day = d.day AND c.is_ready)
             = ${COUNTED_KINDS.length} AS is_counted
      FROM first_moment
     CROSS JOIN LATERAL (
       SELECT ${utcDay(now - CLOSED_AFTER_MS)}::date - i AS day
         FROM generate_series(
           1, least(${MAX_DAYS}, ${utcDay(now - CLOSED_AFTER_MS)}::date
                                   - (first_moment.at AT TIME ZONE 'UTC')::date)) i) d
     WHERE first_moment.at IS NOT NULL)`;

/**
 * The newest `limit` closed days that are not counted. A walk over names, the first session, and day_counts_pkey:
 * O(names + days).
 */
export async function daysToCount(db: Database, projectId: string, now: number, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(sql`
    WITH RECURSIVE ${closedDays(projectId, now)}
    SELECT to_char(day, 'YYYY-MM-DD') AS day
      FROM closed
     WHERE NOT is_counted
     ORDER BY closed.day DESC LIMIT ${limit}`);
  return rows.map(({ day }) => day);
}

/** How many of the closed days are counted. Costs as much as daysToCount. */
export async function dayCountsProgress(
  db: Database,
  projectId: string,
  now: number,
): Promise<{ done: number; total: number }> {
  const { rows } = await db.query<{ done: number; total: number }>(sql`
    WITH RECURSIVE ${closedDays(projectId, now)}
    SELECT count(*) FILTER (WHERE is_counted)::int AS done, count(*)::int AS total FROM closed`);
  return rows[0] ?? { done: 0, total: 0 };
}

/**
 * Announces that days will be counted: after its commit, any change of such a day deletes the announcement. Returns the
 * first transaction id for which that is certain, on the node that has the project.
 */
export async function announceDays(db: Database, projectId: string, days: readonly string[]): Promise<string> {
  await db.query(sql`
    INSERT INTO day_counts (project_id, kind, day)
    SELECT ${projectId}::uuid, kind, day
      FROM unnest(${COUNTED_KINDS}::text[]) k(kind) CROSS JOIN unnest(${days}::date[]) d(day)
     ORDER BY kind, day
    ON CONFLICT DO NOTHING`);
  const { rows } = await db.query<{ xid: string }>(sql`
    SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid, count(*)
      FROM ${anyCount(projectId)}`);
  return (rows[0] as { xid: string }).xid;
}

/** Whether every transaction before this id has ended on that node, so that the next statement sees its changes. */
export async function isOverBefore(db: Database, projectId: string, xid: string): Promise<boolean> {
  const { rows } = await db.query<{ isOver: boolean }>(sql`
    SELECT pg_snapshot_xmin(pg_current_snapshot()) >= ${xid}::xid8 AS "isOver", count(*)
      FROM ${anyCount(projectId)}`);
  return rows[0]?.isOver ?? false;
}

/**
 * Sends a statement to the node that has the project; its result is discarded. On Citus, transactions that
 * write there have ids of that node alone, and the coordinator does not know when they end.
 */
const anyCount = (projectId: string): Sql => sql`(SELECT 1 FROM day_counts WHERE project_id = ${projectId} LIMIT 1) d`;

/** Counts an announced day in one statement, unless it has changed meanwhile. */
export async function countDay(db: Database, projectId: string, kind: CountedKind, day: string): Promise<void> {
  const from = Date.parse(day);
  const [lo, hi] = [sql`${timestamp(from)}::timestamptz`, sql`${timestamp(from + DAY_MS)}::timestamptz`];
  await db.query(sql`
    WITH RECURSIVE ${eventNamesCte({ projectId })},
    quarter_counts AS MATERIALIZED (
      SELECT h.name, floor(extract(epoch FROM h.at - ${lo}) / 900)::smallint AS quarter, count(*)::int AS n
        FROM (${occurrences({ projectId }, kind, lo, hi)}) h
       GROUP BY 1, 2),
    name_counts AS MATERIALIZED (
      SELECT name, sum(n)::int AS n, row_number() OVER (ORDER BY name)::smallint AS place
        FROM quarter_counts
       GROUP BY name),
    limits AS (
      SELECT (SELECT count(*) FROM name_counts) <= ${MAX_NAMES} AS has_names,
             (SELECT count(*) FROM quarter_counts) <= ${MAX_PARTS} AS has_parts),
    totals AS (
      SELECT coalesce(array_agg(name ORDER BY place), '{}') AS names,
             coalesce(array_agg(n ORDER BY place), '{}') AS counts
        FROM name_counts),
    parts AS (
      SELECT coalesce(array_agg(h.quarter ORDER BY h.quarter, m.place), '{}') AS quarters,
             coalesce(array_agg(m.place ORDER BY h.quarter, m.place), '{}') AS places,
             coalesce(array_agg(h.n ORDER BY h.quarter, m.place), '{}') AS parts
        FROM quarter_counts h JOIN name_counts m ON m.name = h.name, limits k
       WHERE k.has_names AND k.has_parts)
    UPDATE day_counts d
       SET is_ready = true,
           names = CASE WHEN k.has_names THEN t.names END,
           counts = CASE WHEN k.has_names THEN t.counts END,
           quarters = CASE WHEN k.has_names AND k.has_parts THEN p.quarters END,
           places = CASE WHEN k.has_names AND k.has_parts THEN p.places END,
           parts = CASE WHEN k.has_names AND k.has_parts THEN p.parts END
      FROM limits k, totals t, parts p
     WHERE d.project_id = ${projectId} AND d.kind = ${kind} AND d.day = ${day}::date AND NOT d.is_ready`);
}
