import sql, { join, type Sql } from "sql-template-tag";
import { type Database, pool, type Tx } from "@/lib/db/pool";
import { utcDay } from "@/lib/format/time";
import type { Scope } from "@/lib/scope";

/** Properties with longer names get no sorted copy. */
const MAX_KEY_CHARS = 200;
/** Sorted copies of account properties per project; sorting by others reads all accounts. */
const MAX_COLUMNS = 24;
/** A copy that nobody has sorted by for this many days is dropped. */
const DROPPED_AFTER_DAYS = 30;

type Column = { id: number; key: string };

/** The expressions accounts are sorted by, over `f` (account_facts). */
export const propertyValue = (key: string): Sql => sql`sort_value(f.properties -> ${key}::text)`;

/**
 * The column of account_values with this property's values; null until it is complete. Marks it as wanted, so that the
 * job builds it; inserts one row of VALUES, because on Citus only the coordinator can assign its id.
 * account_columns_pkey, at most MAX_COLUMNS rows.
 */
export async function sortedAccountColumn(scope: Scope, key: string, now: number): Promise<number | null> {
  const day = utcDay(now);
  const { rows } = await pool().query<{ id: number; key: string; filled: boolean; fresh: boolean }>(sql`
    SELECT id, key, is_filled AS filled, wanted_on >= ${day}::date AS fresh
      FROM account_columns WHERE project_id = ${scope.projectId}`);
  const column = rows.find((one) => one.key === key);
  const others = rows.length - (column ? 1 : 0);
  if (!column?.fresh && key.length <= MAX_KEY_CHARS && others < MAX_COLUMNS)
    await pool().query(sql`
      INSERT INTO account_columns (project_id, key, wanted_on)
      VALUES (${scope.projectId}::uuid, ${key}::text, ${day}::date)
      ON CONFLICT (project_id, key) DO UPDATE SET wanted_on = excluded.wanted_on`);
  return column?.filled ? column.id : null;
}

/**
 * Writes these accounts' values in every column their project keeps. An account without facts has no values.
 * O(accounts × columns); primary keys.
 */
export async function writeAccountValues(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  const { rows } = await tx.query<Column>(sql`SELECT id, key FROM account_columns WHERE project_id = ${projectId}`);
  if (rows.length > 0) await write(tx, projectId, rows, ids);
}

async function write(tx: Tx, projectId: string, columns: readonly Column[], ids: readonly string[]): Promise<void> {
  const values = columns.map(({ id, key }) => sql`(${id}::int, ${propertyValue(key)})`);
  await tx.query(sql`
    WITH present AS MATERIALIZED (
      SELECT f.account_id, v.column_id, v.value
        FROM account_facts f CROSS JOIN LATERAL (VALUES ${join(values, ", ")}) v(column_id, value)
       WHERE f.project_id = ${projectId} AND f.account_id = ANY(${ids}::text[]) AND v.value IS NOT NULL),
    stored AS MATERIALIZED (
      SELECT x.account_id, x.column_id, x.value
        FROM account_values x
       WHERE x.project_id = ${projectId} AND x.column_id = ANY(${columns.map(({ id }) => id)}::int[])
         AND x.account_id = ANY(${ids}::text[])),
    deleted AS (
      DELETE FROM account_values x
       USING (SELECT account_id, column_id FROM stored EXCEPT SELECT account_id, column_id FROM present) g
       WHERE x.project_id = ${projectId} AND x.column_id = g.column_id AND x.account_id = g.account_id)
    INSERT INTO account_values (project_id, column_id, account_id, value)
    SELECT ${projectId}::uuid, column_id, account_id, value
      FROM (SELECT * FROM present EXCEPT SELECT * FROM stored) c ORDER BY column_id, account_id
    ON CONFLICT (project_id, column_id, account_id) DO UPDATE SET value = excluded.value`);
}

/** A column that the job has to fill or drop. */
export type AccountColumnDue = Column & { projectId: string; filledTo: string; work: "fill" | "drop" };

/** The next column to fill or drop, of one project or all; null if there is none. Scans a table of few rows. */
export async function accountColumnDue(
  db: Database,
  now: number,
  only: string | null,
): Promise<AccountColumnDue | null> {
  const { rows } = await db.query<AccountColumnDue>(sql`
    SELECT * FROM (
      SELECT project_id AS "projectId", id, key, filled_to AS "filledTo",
             CASE WHEN wanted_on < ${utcDay(now)}::date - ${DROPPED_AFTER_DAYS}::int THEN 'drop'
                  WHEN NOT is_filled THEN 'fill' END AS work
        FROM account_columns WHERE project_id = coalesce(${only}::uuid, project_id)) c
     WHERE work IS NOT NULL ORDER BY id LIMIT 1`);
  return rows[0] ?? null;
}

/**
 * Adds the next `limit` accounts to a column, or deletes as many values of an unwanted one. Call it under lockFacts;
 * writeAccountValues covers accounts that change meanwhile. account_facts_pkey, account_values_pkey; O(limit).
 */
export async function advanceAccountColumn(tx: Tx, due: AccountColumnDue, limit: number): Promise<void> {
  const { projectId, id, key } = due;
  const column = sql`project_id = ${projectId} AND key = ${key}`;
  if (due.work === "fill") {
    const { rows } = await tx.query<{ id: string }>(sql`
      SELECT account_id AS id FROM account_facts
       WHERE project_id = ${projectId} AND account_id > ${due.filledTo} ORDER BY account_id LIMIT ${limit}`);
    const ids = rows.map((row) => row.id);
    await write(tx, projectId, [due], ids);
    await tx.query(sql`
      UPDATE account_columns SET filled_to = ${ids.at(-1) ?? due.filledTo}, is_filled = ${ids.length < limit}
       WHERE ${column}`);
    return;
  }
  await tx.query(sql`UPDATE account_columns SET is_filled = false, filled_to = '' WHERE ${column}`);
  const { rowCount } = await tx.query(sql`
    DELETE FROM account_values x USING (
      SELECT account_id FROM account_values WHERE project_id = ${projectId} AND column_id = ${id} LIMIT ${limit}) g
     WHERE x.project_id = ${projectId} AND x.column_id = ${id} AND x.account_id = g.account_id`);
  if ((rowCount ?? 0) < limit) await tx.query(sql`DELETE FROM account_columns WHERE ${column}`);
}
