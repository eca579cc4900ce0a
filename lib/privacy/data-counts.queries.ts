import sql, { join, raw, type Sql } from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import type { DataKind } from "@/lib/privacy/data-kind";
import { DATA_MAP } from "@/lib/privacy/data-map";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { expectedRows } from "./expected-rows.queries";

/** The most rows counted of one table; larger numbers are the planner's estimates. */
const MAX_COUNTED = 10_000;

/** `from`, `to`: milliseconds, of the kind's period; null without one, or without rows. */
export type DataCount = { rows: number; isExact: boolean; from: number | null; to: number | null };

/**
 * The amount of data of each kind in the project, by title. At most MAX_COUNTED index entries of each table, by primary
 * keys; oldest and newest by one probe each (person_days_day_idx, sessions_started_idx, access_log_at_idx,
 * refusals_pkey).
 */
export async function dataCounts(scope: Scope, kinds: readonly DataKind[] = DATA_MAP): Promise<Map<string, DataCount>> {
  const counted = kinds.filter(({ perProject }) => perProject);
  const db = reading(scope);
  const rows = await tableRows(
    db,
    scope.projectId,
    counted.flatMap(({ tables }) => tables),
  );
  const periods = await periodsOf(db, scope.projectId, counted);
  return new Map(
    counted.map(({ title, tables }) => {
      const found = tables.map((table) => rows.get(table) ?? { rows: 0, isExact: true });
      const sum = found.reduce((all, one) => all + one.rows, 0);
      const { from = null, to = null } = periods.get(title) ?? {};
      return [title, { rows: sum, isExact: found.every(({ isExact }) => isExact), from, to }];
    }),
  );
}

type TableRows = { rows: number; isExact: boolean };

async function tableRows(db: Database, projectId: string, tables: readonly string[]): Promise<Map<string, TableRows>> {
  const parts = tables.map(
    (table) => sql`
    SELECT ${table} AS name, (SELECT count(*) FROM (SELECT 1 ${rowsOf(table, projectId)}
                                                     LIMIT ${MAX_COUNTED}) x) AS rows`,
  );
  const { rows } = await db.query<{ name: string; rows: number }>(sql`${join(parts, " UNION ALL ")}`);
  const found = new Map<string, TableRows>();
  for (const { name, rows: n } of rows) {
    const isExact = n < MAX_COUNTED;
    found.set(name, { isExact, rows: isExact ? n : Math.max(n, await expectedRows(db, rowsOf(name, projectId))) });
  }
  return found;
}

/** Names of tables come from the map, never from outside. */
const rowsOf = (table: string, projectId: string): Sql => sql`FROM ${raw(table)} WHERE project_id = ${projectId}`;

type Period = { title: string; from: number | null; to: number | null };

async function periodsOf(db: Database, projectId: string, kinds: readonly DataKind[]): Promise<Map<string, Period>> {
  const parts = kinds.flatMap(({ title, period }) =>
    period
      ? [
          sql`
    SELECT ${title} AS title, min(${raw(period[1])})::timestamptz AS "from", max(${raw(period[1])})::timestamptz AS "to"
      ${rowsOf(period[0], projectId)}`,
        ]
      : [],
  );
  if (parts.length === 0) return new Map();
  const { rows } = await db.query<Period>(sql`${join(parts, " UNION ALL ")}`);
  return new Map(rows.map((row) => [row.title, row]));
}
