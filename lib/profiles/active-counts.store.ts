import sql, { type Sql } from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";

/**
 * How many people were active in any window: sums over person_days (docs/decisions/0121-people-by-gaps.md). active_gaps
 * counts each day's people by the days since their previous active day: everybody active in a window has exactly one
 * day in it whose gap reaches back to before the window. active_quarters counts them by the quarters of an hour in
 * which their day began and ended, from which the days of any time zone follow, and new people by when they were first
 * seen.
 */

/** The value for longer gaps and for first active days: more than any range. */
export const MAX_GAP_DAYS = 750;
/** All person numbers (as in profile_facts) are between these. */
const BEFORE_EVERYBODY = "-9223372036854775808";
const AFTER_EVERYBODY = "9223372036854775807";
const DAY_MS = 24 * 60 * 60 * 1000;

/** The quarter of an hour of the UTC day `day` in which `at` is. */
const quarterOf = (at: Sql, day = sql`day`): Sql =>
  sql`floor(date_part('epoch', ${at} AT TIME ZONE 'UTC' - ${day}) / 900)::smallint`;

/** `counted_people`: those of `people` (a relation with `person`) whose days are in the sums. */
export const countedPeople = (projectId: string, people: Sql): Sql => sql`
  counted_people AS MATERIALIZED (
    SELECT p.person
      FROM ${people} p JOIN active_counted c ON c.project_id = ${projectId} AND p.person <= c.counted_to)`;

/**
 * CTEs that add to the sums. `lines` is a query with `sign` (1 for a new day, -1 for a removed one), `person`, `day`,
 * `first_at` and `last_at`. It has all days of each person, or at least the unchanged day before the first changed one
 * and all that follow, as the sums of a day depend on the previous one. Rows are locked in a fixed order. O(lines);
 * active_gaps_pkey, active_quarters_pkey.
 */
export const addDays = (projectId: string, lines: Sql): Sql => sql`
  days_with_previous AS (
    SELECT sign, person, day, ${quarterOf(sql`first_at`)} AS began, ${quarterOf(sql`last_at`)} AS ended,
           lag(day) OVER one AS day_before, lag(last_at) OVER one AS last_before
      FROM (${lines}) l
    WINDOW one AS (PARTITION BY sign, person ORDER BY day)),
  days_with_gaps AS (
    SELECT sign, person, day, began, ended,
           coalesce(least(day - day_before, ${MAX_GAP_DAYS}), ${MAX_GAP_DAYS})::smallint AS gap,
           CASE WHEN day_before = day - 1 THEN ${quarterOf(sql`last_before`, sql`day_before`)} END AS ended_before
      FROM days_with_previous),
  changed_days AS MATERIALIZED (
    SELECT person, day, began, ended, gap, ended_before, sum(sign)::int AS n
      FROM days_with_gaps
     GROUP BY person, day, began, ended, gap, ended_before
    HAVING sum(sign) <> 0),
  added_gaps AS (
    INSERT INTO active_gaps AS g (project_id, day, gap, people, identified)
    SELECT ${projectId}::uuid, day, gap, sum(n)::int AS people,
           coalesce(sum(n) FILTER (WHERE person > 0), 0)::int AS identified
      FROM changed_days
     GROUP BY day, gap
    HAVING sum(n) <> 0 OR coalesce(sum(n) FILTER (WHERE person > 0), 0) <> 0
     ORDER BY day, gap
    ON CONFLICT (project_id, day, gap) DO UPDATE
      SET (people, identified) = (g.people + excluded.people, g.identified + excluded.identified)),
  added_quarters AS (
    INSERT INTO active_quarters AS a (project_id, day, quarter, began, ended, around)
    SELECT ${projectId}::uuid, d.day, q.quarter, sum(q.began)::int, sum(q.ended)::int, sum(q.around)::int
      FROM changed_days d
     CROSS JOIN LATERAL (
       SELECT d.began, n, 0, 0
       UNION ALL SELECT d.ended, 0, n, 0
       UNION ALL SELECT d.began + 1, 0, 0, n WHERE d.began < d.ended_before
       UNION ALL SELECT d.ended_before + 1, 0, 0, -n WHERE d.began < d.ended_before) q(quarter, began, ended, around)
     GROUP BY d.day, q.quarter
    HAVING sum(q.began) <> 0 OR sum(q.ended) <> 0 OR sum(q.around) <> 0
     ORDER BY d.day, q.quarter
    ON CONFLICT (project_id, day, quarter) DO UPDATE
      SET (began, ended, around)
        = (a.began + excluded.began, a.ended + excluded.ended, a.around + excluded.around))`;

/**
 * CTE that adds to the sums of new people. `lines` is a query with `sign`, `person` and `first_seen` (null: never).
 * Must not be in one statement with addDays, as both write active_quarters. O(lines).
 */
export const addFirstTimes = (projectId: string, lines: Sql): Sql => sql`
  added_first_times AS (
    INSERT INTO active_quarters AS a (project_id, day, quarter, began, ended, around, fresh)
    SELECT ${projectId}::uuid, day, quarter, 0, 0, 0, sum(sign)::int
      FROM (SELECT sign, day, ${quarterOf(sql`first_seen`)} AS quarter
              FROM (SELECT l.sign, l.first_seen, (l.first_seen AT TIME ZONE 'UTC')::date AS day
                      FROM (${lines}) l WHERE l.first_seen IS NOT NULL) q) q
     GROUP BY day, quarter
    HAVING sum(sign) <> 0
     ORDER BY day, quarter
    ON CONFLICT (project_id, day, quarter) DO UPDATE SET fresh = a.fresh + excluded.fresh)`;

/** Subtracts erased people from the sums, before their rows are deleted. Needs the lock of lockFacts. */
export async function subtractPeople(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  const counted = countedPeople(projectId, sql`(SELECT DISTINCT person FROM unnest(${people}::bigint[]) q(person))`);
  await tx.query(sql`
    WITH ${counted},
    ${addFirstTimes(
      projectId,
      sql`
      SELECT -1 AS sign, p.person, f.first_seen
        FROM counted_people p JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = p.person`,
    )}
    SELECT 1`);
  await tx.query(sql`
    WITH ${counted},
    ${addDays(
      projectId,
      sql`
      SELECT -1 AS sign, x.person, x.day, x.first_at, x.last_at
        FROM counted_people p JOIN person_days x ON x.project_id = ${projectId} AND x.person = p.person`,
    )}
    SELECT 1`);
}

/** Whether all of a project's people are counted. Primary key. */
export async function areActiveCounted(db: Database, projectId: string): Promise<boolean> {
  const { rows } = await db.query<{ isDone: boolean }>(
    prepared(sql`
      SELECT counted_to = ${AFTER_EVERYBODY}::bigint AS "isDone" FROM active_counted WHERE project_id = ${projectId}`),
  );
  return rows[0]?.isDone ?? false;
}

/**
 * Begins to count a project's people, or returns the progress: since when (ms), and whether everybody is counted. Needs
 * the lock of lockFacts.
 */
export async function beginActiveCounts(
  tx: Tx,
  projectId: string,
  now: number,
): Promise<{ since: number; isDone: boolean }> {
  const readProgress = async () =>
    (
      await tx.query<{ since: number; isDone: boolean }>(sql`
        SELECT since, counted_to = ${AFTER_EVERYBODY}::bigint AS "isDone"
          FROM active_counted WHERE project_id = ${projectId}`)
    ).rows[0];
  const progress = await readProgress();
  if (progress) return progress;
  await tx.query(sql`DELETE FROM active_gaps WHERE project_id = ${projectId}`);
  await tx.query(sql`DELETE FROM active_quarters WHERE project_id = ${projectId}`);
  await tx.query(sql`
    INSERT INTO active_counted (project_id, counted_to, since, tidied_at)
    VALUES (${projectId}, ${BEFORE_EVERYBODY}, ${timestamp(now)}, ${timestamp(now)})`);
  return { since: now, isDone: false };
}

/**
 * Counts the next `limit` people by number; after the last ones everybody is counted. Needs the lock of lockFacts, so
 * that nobody's days change before they are in the sums. profile_facts_pkey, person_days_pkey; O(their days).
 */
export async function countMorePeople(tx: Tx, projectId: string, limit: number): Promise<void> {
  const { rows } = await tx.query<{ after: string; upto: string }>(sql`
    SELECT c.counted_to::text AS after, coalesce(n.person, ${AFTER_EVERYBODY}::bigint)::text AS upto
      FROM active_counted c
      LEFT JOIN LATERAL (
        SELECT f.person
          FROM profile_facts f
         WHERE f.project_id = ${projectId} AND f.person > c.counted_to
         ORDER BY f.person OFFSET ${limit - 1} LIMIT 1) n ON true
     WHERE c.project_id = ${projectId}`);
  const { after, upto } = rows[0] as (typeof rows)[number];
  await tx.query(sql`
    WITH ${addFirstTimes(
      projectId,
      sql`
      SELECT 1 AS sign, f.person, f.first_seen
        FROM profile_facts f
       WHERE f.project_id = ${projectId} AND f.person > ${after}::bigint AND f.person <= ${upto}::bigint`,
    )}
    SELECT 1`);
  await tx.query(sql`
    WITH ${addDays(
      projectId,
      sql`
      SELECT 1 AS sign, x.person, x.day, x.first_at, x.last_at
        FROM person_days x
       WHERE x.project_id = ${projectId} AND x.person > ${after}::bigint AND x.person <= ${upto}::bigint`,
    )}
    UPDATE active_counted SET counted_to = ${upto}::bigint WHERE project_id = ${projectId}`);
}

/** How many of a project's people are counted. O(people): profile_facts_pkey. */
export async function activeCountsProgress(db: Database, projectId: string): Promise<{ done: number; total: number }> {
  const { rows } = await db.query<{ done: number; total: number }>(sql`
    SELECT count(*) FILTER (WHERE f.person <= c.counted_to)::int AS done, count(*)::int AS total
      FROM active_counted c
      JOIN profile_facts f ON f.project_id = ${projectId}
     WHERE c.project_id = ${projectId}`);
  return rows[0] ?? { done: 0, total: 0 };
}

/** Whether a project's sums were last tidied more than a day ago. Primary key. */
export async function isTidyingDue(db: Database, projectId: string, now: number): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    SELECT 1 FROM active_counted WHERE project_id = ${projectId} AND tidied_at <= ${timestamp(now - DAY_MS)}`);
  return rowCount === 1;
}

/** Deletes sums that are zero. O(sums of the project). Needs the lock of lockFacts. */
export async function tidyActiveCounts(tx: Tx, projectId: string, now: number): Promise<void> {
  await tx.query(sql`UPDATE active_counted SET tidied_at = ${timestamp(now)} WHERE project_id = ${projectId}`);
  await tx.query(sql`
    DELETE FROM active_gaps WHERE project_id = ${projectId} AND people = 0 AND identified = 0`);
  await tx.query(sql`
    DELETE FROM active_quarters WHERE project_id = ${projectId} AND (began, ended, around, fresh) = (0, 0, 0, 0)`);
}
