import sql from "sql-template-tag";
import { isDistributed, type Pool } from "@/lib/db/pool";

/** The tables that Citus has spread or copied: the statistics of their shards are on the nodes. None without Citus. */
export async function spreadTables(db: Pool): Promise<string[]> {
  if (!isDistributed(db)) return [];
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT quote_ident(c.relname) AS name
      FROM citus_tables t JOIN pg_class c ON c.oid = t.table_name
     WHERE c.relnamespace = current_schema()::regnamespace AND t.citus_table_type IN ('distributed', 'reference')
     ORDER BY c.relname`);
  return rows.map(({ name }) => name);
}

/**
 * What forgetErasedValues does with a table, as a command to a node that has one of its shards: `%1$s`. A shard is
 * empty once its only project is erased, so not even ids may be left; no view depends on a shard.
 */
const FORGET = `
  DO $forget$ DECLARE
    shard regclass := '%1$s';
    known text[];
    is_empty boolean;
    changes text;
  BEGIN
    SELECT array_agg(t.attname)
      INTO known
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_stats t ON t.schemaname = n.nspname AND t.tablename = c.relname
      LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
     WHERE c.oid = shard AND coalesce(greatest(s.last_analyze, s.last_autoanalyze), '-infinity') <= BEFORE;
    IF known IS NULL THEN RETURN; END IF;
    EXECUTE 'SELECT NOT EXISTS (SELECT FROM ' || shard || ')' INTO is_empty;
    IF is_empty THEN
      SET LOCAL lock_timeout = '1s';
      SET LOCAL citus.enable_manual_changes_to_shards = on;
      EXECUTE 'LOCK TABLE ' || shard || ' IN ACCESS EXCLUSIVE MODE';
      EXECUTE 'SELECT NOT EXISTS (SELECT FROM ' || shard || ')' INTO is_empty;
      SELECT string_agg('ALTER COLUMN ' || quote_ident(attname) || ' TYPE ' || format_type(atttypid, atttypmod), ', ')
        INTO changes
        FROM pg_attribute a
       WHERE attrelid = shard AND attname = ANY (known) AND attgenerated = ''
         AND atttypid = ANY (ARRAY['text', 'text[]', 'jsonb', 'bytea', 'uuid']::regtype[])
         AND NOT EXISTS (SELECT FROM pg_depend d
                           JOIN pg_attrdef g ON g.oid = d.objid AND g.adnum <> a.attnum
                          WHERE d.classid = 'pg_attrdef'::regclass AND d.refobjid = shard AND d.refobjsubid = a.attnum);
      IF is_empty AND changes IS NOT NULL THEN EXECUTE 'ALTER TABLE ' || shard || ' ' || changes; END IF;
    END IF;
    EXECUTE 'ANALYZE ' || shard;
  END $forget$`;

/** A shard at a time, each on its node; rejects with the first refusal once all were tried. `before`: a time. */
export async function forgetInShards(db: Pool, table: string, before: string): Promise<void> {
  const { rows } = await db.query<{ success: boolean; result: string }>(sql`
    SELECT success, result
      FROM run_command_on_placements(
        ${table}::regclass, replace(${FORGET}, 'BEFORE', quote_literal(${before}::text) || '::timestamptz'), false)`);
  const refused = rows.find(({ success }) => !success);
  if (refused) throw new Error(`the statistics of ${table} could not be renewed: ${refused.result}`);
}
