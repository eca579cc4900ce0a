import sql, { type Sql } from "sql-template-tag";

/** The page a visit began on, from its rows `row` in a query that groups them by visit. */
export const entryPage = (row: Sql): Sql => sql`
  (array_agg(${row}.entry_path ORDER BY ${row}.entry_at, ${row}.entry_id)
     FILTER (WHERE ${row}.entry_at IS NOT NULL))[1]`;

/** The page a visit ended on; see entryPage. */
export const exitPage = (row: Sql): Sql => sql`
  (array_agg(${row}.exit_path ORDER BY ${row}.exit_at DESC, ${row}.exit_id DESC)
     FILTER (WHERE ${row}.exit_at IS NOT NULL))[1]`;
