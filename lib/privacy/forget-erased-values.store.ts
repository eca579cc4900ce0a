import sql, { raw } from "sql-template-tag";
import { type Pool, transaction } from "@/lib/db/pool";
import { forgetInShards, spreadTables } from "./forget-in-shards.store";

/** Statistics must be this much newer than the last deletion, as jobs delete derived rows after it. */
const SETTLED = "1 minute";

/**
 * Makes Postgres forget erased values: its statistics have the most common values of each column, and samples of the
 * rest, until a table is analyzed again, which may never happen to a large table. Analyzes each table whose statistics
 * are older than the latest erasure, deletion of a member's account, or retention run that deleted something. A job
 * runs it every hour; if there was none of these it only reads catalogues, else a sample of each table, whatever its
 * size.
 */
export async function forgetErasedValues(db: Pool, signal?: AbortSignal): Promise<void> {
  const { rows } = await db.query<{ before: string | null }>(sql`
    SELECT (greatest(e.at, d.at, r.at) + ${SETTLED}::interval)::text AS before
      FROM (SELECT max(finished_at) AS at FROM erase_jobs) e,
           (SELECT max(latest_at) AS at FROM account_deletions) d,
           (SELECT max(finished_at) AS at FROM retention_runs WHERE events + visitors > 0) r`);
  const before = rows[0]?.before;
  if (!before) return;
  const spread = await spreadTables(db);
  await each(
    [
      ...(await staleTables(db, before)).map((table) => () => forgetInTable(db, table)),
      ...spread.map((table) => () => forgetInShards(db, table, before)),
    ],
    signal,
  );
}

/** The same at once for tables from which rows were just deleted, their names as quoted by the catalogue. */
export async function renewStatistics(db: Pool, tables: readonly string[]): Promise<void> {
  const spread = new Set(await spreadTables(db));
  await each(
    tables.map((table) => () => (spread.has(table) ? forgetInShards(db, table, "infinity") : forgetInTable(db, table))),
  );
}

/** One table after the other; a failure does not stop the others, and the first is thrown at the end. */
async function each(work: (() => Promise<void>)[], signal?: AbortSignal): Promise<void> {
  const faults: unknown[] = [];
  for (const forget of work) {
    if (signal?.aborted) return;
    await forget().catch((error: unknown) => faults.push(error));
  }
  if (faults.length > 0) throw faults[0];
}

/** Of this node, with statistics from before. */
async function staleTables(db: Pool, before: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT c.oid::regclass::text AS name
      FROM pg_class c
      LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND EXISTS (SELECT FROM pg_stats t WHERE t.schemaname = current_schema() AND t.tablename = c.relname)
       AND coalesce(greatest(s.last_analyze, s.last_autoanalyze), '-infinity') <= ${before}::timestamptz
     ORDER BY c.relname`);
  return rows.map(({ name }) => name);
}

async function forgetInTable(db: Pool, name: string): Promise<void> {
  await forgetIfEmpty(db, name);
  await db.query(sql`ANALYZE ${raw(name)}`);
}

/**
 * ANALYZE keeps the old statistics of an empty table; setting a column to its own type drops them. The masked views
 * depend on the columns, so they are recreated.
 */
async function forgetIfEmpty(db: Pool, name: string): Promise<void> {
  await transaction(db, async (tx) => {
    const isEmpty = async () => (await tx.query(sql`SELECT 1 FROM ${raw(name)} LIMIT 1`)).rowCount === 0;
    if (!(await isEmpty())) return;
    const { rows } = await tx.query<{ column: string; type: string }>(sql`
      SELECT quote_ident(a.attname) AS column, format_type(a.atttypid, a.atttypmod) AS type
        FROM pg_stats t JOIN pg_attribute a ON a.attrelid = ${name}::regclass AND a.attname = t.attname
       WHERE t.schemaname = current_schema()
         AND t.tablename = (SELECT relname FROM pg_class WHERE oid = a.attrelid)
         AND a.atttypid = ANY(ARRAY['text', 'text[]', 'jsonb', 'bytea']::regtype[]) AND a.attgenerated = ''
         AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_attrdef'::regclass AND d.deptype <> 'i' AND d.refobjid = a.attrelid
                            AND d.refobjsubid = a.attnum
                            AND d.objid NOT IN (SELECT oid FROM pg_attrdef
                                                 WHERE adrelid = a.attrelid AND adnum = a.attnum))`);
    if (rows.length === 0) return;
    await tx.query("SET LOCAL lock_timeout = '1s'");
    await tx.query(sql`LOCK TABLE ${raw(name)} IN ACCESS EXCLUSIVE MODE`);
    if (!(await isEmpty())) return;
    // Its own view, and those that look something up in it: masked_profiles reads identities, for instance.
    const { rows: views } = await tx.query<{ name: string }>(sql`
      SELECT DISTINCT v.oid::regclass::text AS name
        FROM pg_depend d
        JOIN pg_rewrite r ON r.oid = d.objid
        JOIN pg_class v ON v.oid = r.ev_class
       WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = ${name}::regclass AND v.relkind = 'v'
         AND starts_with(v.relname, 'masked_')`);
    for (const view of views) await tx.query(sql`DROP VIEW ${raw(view.name)}`);
    const changes = rows.map(({ column, type }) => `ALTER COLUMN ${column} TYPE ${type}`).join(", ");
    await tx.query(sql`ALTER TABLE ${raw(name)} ${raw(changes)}`);
    if (views.length > 0) await tx.query("SELECT make_masked_views()");
  });
}
