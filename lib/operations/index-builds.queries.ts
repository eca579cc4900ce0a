import type { Database } from "@/lib/db/pool";

/** An index that is being built, by a migration or by the operator: on which table, and how far that is. */
export type IndexBuild = { table: string; percent: number };

/**
 * Indexes being built in this database, by every role that we may see. Of the phases, reading the table and loading the
 * sorted rows count half each; others, as waiting for transactions, stay where they are. No table is read.
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
