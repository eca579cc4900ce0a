import sql, { join, type Sql } from "sql-template-tag";
import { type Database, pool, type Tx } from "@/lib/db/pool";
import { utcDay } from "@/lib/format/time";
import { type Sort, type Tab, TEXT_SORTS, type WindowDays } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { type ListOrder, orderOf, sortedColumnKey, sortValue } from "./columns.queries";

/** The order of a list, from its sorted copy if there is one. */
export async function listOrder(
  scope: Scope,
  sort: Sort | undefined,
  { tab, windowDays, now }: { tab: Tab; windowDays: WindowDays; now: number },
): Promise<ListOrder> {
  return orderOf(sort, tab, windowDays, sort && (await sortedCopyOf(scope, sort, now)));
}

async function sortedCopyOf(scope: Scope, { by }: Sort, now: number): Promise<number | null> {
  const key = sortedColumnKey(by);
  return key === null ? null : sortedColumnId(scope, key, now);
}

/**
 * The id of this column's sorted copy (profile_values); null until it is complete. The call also records that the
 * column is wanted, so that the job builds its copy or keeps it up to date. sorted_columns_pkey.
 */
export async function sortedColumnId(scope: Scope, key: string, now: number): Promise<number | null> {
  const { rows } = await pool().query<{ id: number; filled: boolean; fresh: boolean }>(sql`
    SELECT id, filled_on IS NOT NULL AS filled, wanted_on >= ${utcDay(now)}::date AS fresh
      FROM sorted_columns WHERE project_id = ${scope.projectId} AND key = ${key}`);
  const column = rows[0];
  if (!column?.fresh && key.length <= MAX_KEY_CHARS) await wantColumn(pool(), scope, key, utcDay(now));
  return column?.filled ? column.id : null;
}

/** A column the job has to work on; `begins`: from its first person. */
export type DueColumn = { projectId: string; id: number; key: string; work: "fill" | "forget"; begins: boolean };

/**
 * The next column to build, rebuild (after a week) or drop, of one project or all; null if there is none. Scans the
 * table: few rows.
 */
export async function columnDue(db: Database, now: number, projectId: string | null): Promise<DueColumn | null> {
  const day = utcDay(now);
  const { rows } = await db.query<DueColumn>(sql`
    SELECT project_id AS "projectId", id, key,
           CASE WHEN wanted_on < ${day}::date - ${FORGOTTEN_AFTER_DAYS}::int THEN 'forget' ELSE 'fill' END AS work,
           filled_to IS NULL AS begins
      FROM sorted_columns
     WHERE (${projectId}::uuid IS NULL OR project_id = ${projectId}::uuid)
       AND (filled_on IS NULL OR filled_on < ${day}::date - 7
         OR wanted_on < ${day}::date - ${FORGOTTEN_AFTER_DAYS}::int)
     ORDER BY filled_on NULLS FIRST, id LIMIT 1`);
  return rows[0] ?? null;
}

type ProjectScope = Pick<Scope, "projectId">;

/** Properties with longer names get no sorted copy. */
export const MAX_KEY_CHARS = 200;
/** The most columns that a project keeps sorted; sorting by others reads everybody. */
const MAX_COLUMNS = 24;
/** A column that nobody has sorted by or displayed for this many days is dropped. */
export const FORGOTTEN_AFTER_DAYS = 30;

/**
 * Records that somebody sorts by this column today; two concurrent calls may exceed the limit by one.
 * sorted_columns_pkey.
 */
export async function wantColumn(db: Database, { projectId }: ProjectScope, key: string, day: string): Promise<void> {
  const { rows } = await db.query<{ others: number }>(sql`
    SELECT count(*)::int AS others FROM sorted_columns WHERE project_id = ${projectId} AND key <> ${key}`);
  if ((rows[0]?.others ?? 0) < MAX_COLUMNS) await recordWanted(db, projectId, key, day);
}

/** How many of a project's most displayed columns get a sorted copy before anybody has sorted by them. */
const SHOWN_COLUMNS = 12;

/** Records the columns that members of all projects show. Scans member_views, one row per member and project. */
export async function wantShownColumns(db: Database, day: string): Promise<void> {
  const { rows } = await db.query<{ projectId: string; keys: string[] }>(sql`
    SELECT project_id AS "projectId", array_agg(key) AS keys
      FROM (
        SELECT v.project_id, c.key, row_number() OVER (PARTITION BY v.project_id ORDER BY count(*) DESC, c.key) AS place
          FROM member_views v
         CROSS JOIN LATERAL jsonb_array_elements_text(
           CASE jsonb_typeof(v.settings -> 'columns') WHEN 'array' THEN v.settings -> 'columns' ELSE '[]' END) c(key)
         WHERE v.screen = 'users' AND length(c.key) <= ${MAX_KEY_CHARS}
           AND (c.key LIKE 'p:_%' OR c.key = ANY(${TEXT_SORTS}::text[]))
         GROUP BY v.project_id, c.key) shown
     WHERE place <= ${SHOWN_COLUMNS}
     GROUP BY project_id`);
  for (const { projectId, keys } of rows) {
    const wanted = await wantedSince(db, projectId, day);
    for (const key of keys) if (!wanted.has(key)) await recordWanted(db, projectId, key, day);
  }
}

/** Columns that were wanted that day already. sorted_columns_pkey. */
async function wantedSince(db: Database, projectId: string, day: string): Promise<Set<string>> {
  const { rows } = await db.query<{ key: string }>(sql`
    SELECT key FROM sorted_columns WHERE project_id = ${projectId} AND wanted_on >= ${day}::date`);
  return new Set(rows.map(({ key }) => key));
}

/** Inserts VALUES, not a SELECT, because on Citus only the coordinator can assign the id. */
async function recordWanted(db: Database, projectId: string, key: string, day: string): Promise<void> {
  await db.query(sql`
    INSERT INTO sorted_columns (project_id, key, wanted_on)
    VALUES (${projectId}::uuid, ${key}::text, ${day}::date)
    ON CONFLICT (project_id, key) DO UPDATE SET wanted_on = greatest(sorted_columns.wanted_on, excluded.wanted_on)`);
}

type Column = { id: number; key: string };

/**
 * Writes these people's values in every column their project keeps sorted; nothing if it keeps none. Call it with the
 * lock of facts and after writeFacts: people without facts have no values. O(people × columns); profile_values_pkey.
 */
export async function writeValues(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  const { rows } = await tx.query<Column>(sql`SELECT id, key FROM sorted_columns WHERE project_id = ${projectId}`);
  if (rows.length > 0)
    await write(tx, projectId, rows, sql`SELECT DISTINCT person FROM unnest(${people}::bigint[]) q(person)`);
}

async function write(tx: Tx, projectId: string, columns: Column[], people: Sql): Promise<void> {
  const values = columns.map(({ id, key }) => sql`(${id}::int, ${sortValue(key)})`);
  await tx.query(sql`
    WITH people AS MATERIALIZED (${people}),
    present AS MATERIALIZED (
      SELECT f.person, v.column_id, v.value
        FROM people w JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = w.person
        LEFT JOIN profiles p ON p.project_id = ${projectId} AND p.id = w.person
       CROSS JOIN LATERAL (VALUES ${join(values, ", ")}) v(column_id, value)
       WHERE v.value IS NOT NULL),
    stored AS MATERIALIZED (
      SELECT x.person, x.column_id, x.value
        FROM people w JOIN profile_values x ON x.project_id = ${projectId} AND x.person = w.person
         AND x.column_id = ANY(${columns.map(({ id }) => id)}::int[])),
    deleted AS (
      DELETE FROM profile_values x
       USING (SELECT person, column_id FROM stored EXCEPT SELECT person, column_id FROM present) g
       WHERE x.project_id = ${projectId} AND x.column_id = g.column_id AND x.person = g.person)
    INSERT INTO profile_values (project_id, column_id, person, value)
    SELECT ${projectId}::uuid, column_id, person, value
      FROM (SELECT * FROM present EXCEPT SELECT * FROM stored) c ORDER BY column_id, person
    ON CONFLICT (project_id, column_id, person) DO UPDATE SET value = excluded.value`);
}

/**
 * Adds the next `limit` people to a column, by number, from where the last call ended; lists use it once all are added.
 * Call it with the lock of facts: people who arrive or change meanwhile are written by writeValues. profile_facts_pkey,
 * profiles_pkey, profile_values_pkey; O(limit).
 */
export async function fillColumn(
  tx: Tx,
  projectId: string,
  { id, key }: Column,
  limit: number,
  day: string,
): Promise<void> {
  const { rows: progress } = await tx.query<{ from: number }>(sql`
    SELECT coalesce(filled_to, ${Number.MIN_SAFE_INTEGER}::bigint) AS from FROM sorted_columns
      WHERE project_id = ${projectId} AND key = ${key} FOR UPDATE`);
  if (!progress[0]) return;
  const next = sql`SELECT person FROM profile_facts
    WHERE project_id = ${projectId} AND person > ${progress[0].from} ORDER BY person LIMIT ${limit}`;
  await write(tx, projectId, [{ id, key }], next);
  await tx.query(sql`
    UPDATE sorted_columns c SET filled_to = CASE WHEN n.people = ${limit} THEN n.last END,
           filled_on = CASE WHEN n.people = ${limit} THEN c.filled_on ELSE ${day}::date END
      FROM (SELECT count(*) AS people, max(person) AS last FROM (${next}) q) n
     WHERE c.project_id = ${projectId} AND c.key = ${key}`);
}

/**
 * Skips the next person of a column that is being built and returns their number; null at the end. profile_facts_pkey.
 */
export async function skipInColumn(tx: Tx, projectId: string, key: string): Promise<number | null> {
  const { rows } = await tx.query<{ person: number }>(sql`
    UPDATE sorted_columns c SET filled_to = n.person
      FROM (SELECT min(f.person) AS person FROM profile_facts f
             WHERE f.project_id = ${projectId} AND f.person > (
               SELECT coalesce(filled_to, ${Number.MIN_SAFE_INTEGER}::bigint) FROM sorted_columns
                 WHERE project_id = ${projectId} AND key = ${key})) n
     WHERE c.project_id = ${projectId} AND c.key = ${key} AND n.person IS NOT NULL RETURNING n.person`);
  return rows[0]?.person ?? null;
}

/**
 * Deletes at most `limit` values of an unwanted column, and in the end the column; lists stop using it with the first
 * call. Primary keys.
 */
export async function forgetColumn(tx: Tx, projectId: string, { id, key }: Column, limit: number): Promise<void> {
  await tx.query(
    sql`UPDATE sorted_columns SET filled_on = NULL, filled_to = NULL
      WHERE project_id = ${projectId} AND key = ${key} AND (filled_on IS NOT NULL OR filled_to IS NOT NULL)`,
  );
  const { rowCount } = await tx.query(sql`
    DELETE FROM profile_values x USING (
      SELECT person FROM profile_values
        WHERE project_id = ${projectId} AND column_id = ${id} ORDER BY person LIMIT ${limit}) g
     WHERE x.project_id = ${projectId} AND x.column_id = ${id} AND x.person = g.person`);
  if ((rowCount ?? 0) < limit)
    await tx.query(sql`DELETE FROM sorted_columns WHERE project_id = ${projectId} AND key = ${key}`);
}
