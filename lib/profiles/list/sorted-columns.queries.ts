import sql from "sql-template-tag";
import { type Database, pool } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";
import { FORGOTTEN_AFTER_DAYS, MAX_KEY_CHARS, wantColumn } from "./sorted-columns.store";

/** A UTC day as Postgres reads it. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * The sorted copy (profile_values) of this column; null until it is complete. Asking marks it as wanted, so that the
 * job makes it or keeps it up to date. sorted_columns_pkey.
 */
export async function keptIn(scope: Scope, key: string, now: number): Promise<number | null> {
  const { rows } = await pool().query<{ id: number; filled: boolean; fresh: boolean }>(sql`
    SELECT id, filled_on IS NOT NULL AS filled, wanted_on >= ${dayOf(now)}::date AS fresh
      FROM sorted_columns WHERE project_id = ${scope.projectId} AND key = ${key}`);
  const column = rows[0];
  if (!column?.fresh && key.length <= MAX_KEY_CHARS) await wantColumn(pool(), scope, key, dayOf(now));
  return column?.filled ? column.id : null;
}

/** A column the job has to work on; `begins`: from its first person. */
export type Due = { projectId: string; id: number; key: string; work: "fill" | "forget"; begins: boolean };

/**
 * The next column to make, make again (after a week) or forget, of one project or all; null when there is none. Reads
 * the whole table: few rows.
 */
export async function columnDue(db: Database, now: number, projectId: string | null): Promise<Due | null> {
  const day = dayOf(now);
  const { rows } = await db.query<Due>(sql`
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
