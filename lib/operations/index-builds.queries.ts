import type { Database } from "@/lib/db/pool";

/** An index being built by a migration or the operator: its table and progress. */
export type IndexBuild = { table: string; percent: number };

/**
 * The indexes being built in this database, as far as our role may see them. Reading the table and loading the sorted
 * rows count half each; other phases, such as waiting for transactions, add nothing. Reads no table.
 */
export async function indexBuilds(db: Database): Promise<IndexBuild[]> {
  const { rows } = await db.query<IndexBuild>(`
    SELECT c.relname AS "table",
           least(99, floor(CASE
             WHEN p.tuples_total > 0 THEN 50 + 50.0 * p.tuples_done / p.tuples_total
             WHEN p.blocks_total > 0 THEN 50.0 * p.blocks_done / p.blocks_total
             ELSE 0 END))::int AS percent
      FROM pg_stat_progress_create_index p
      JOIN pg_class c ON c.oid = p.relid
     WHERE p.datname = current_database()
     ORDER BY c.relname
     LIMIT 20`);
  return rows;
}
