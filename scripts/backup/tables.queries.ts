import type pg from "pg";
import { type CopyToStreamQuery, to } from "pg-copy-streams";

/** The contents of a backup, from the database's catalogue. */

export type Table = {
  /** pg-boss' jobs are called "pgboss.job", whatever its schema is. */
  name: string;
  /** Schema and name, quoted. */
  place: string;
  /** In the order they were added, which depends on when the instance was updated; without generated ones. */
  columns: string[];
  /** `COPY … TO STDOUT` of these columns, quoted by Postgres. */
  copyOut: string;
};

/** Filled by migrations. */
const EXCLUDED = ["_prisma_migrations"];
/** Of pg-boss only the jobs that are not done: its other tables are filled when it is installed. */
const QUEUE_TABLES = ["job"];
const NOT_DONE = " WHERE state IN ('created', 'retry', 'active')";

/** All tables with rows that a crash would keep, in one order. `queueSchema` is pg-boss'. */
export async function tablesOf(client: pg.Client, queueSchema: string): Promise<Table[]> {
  const { rows } = await client.query<{
    name: string;
    queue: boolean;
    place: string;
    columns: string[];
    quoted: string;
  }>(
    `SELECT c.relname AS name, n.nspname = $1 AS queue, format('%I.%I', n.nspname, c.relname) AS place,
            a.columns, a.quoted
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL (
            SELECT array_agg(attname::text ORDER BY attnum) AS columns,
                   string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS quoted
              FROM pg_attribute
             WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') a
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
        AND (n.nspname = current_schema() AND c.relname <> ALL($2) OR n.nspname = $1 AND c.relname = ANY($3))
      ORDER BY n.nspname = $1, c.relname`,
    [queueSchema, EXCLUDED, QUEUE_TABLES],
  );
  return rows.map(({ name, queue, place, columns, quoted }) => ({
    name: queue ? `pgboss.${name}` : name,
    place,
    columns,
    copyOut: `COPY (SELECT ${quoted} FROM ${place}${queue ? NOT_DONE : ""}) TO STDOUT`,
  }));
}

/** The position of each sequence; null: unused. */
export async function sequencesOf(client: pg.Client): Promise<Record<string, string | null>> {
  const { rows } = await client.query<{ name: string; last: string | null }>(
    "SELECT sequencename AS name, last_value::text AS last FROM pg_sequences WHERE schemaname = current_schema()",
  );
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
}

/** The migrations the database has had, oldest first. */
export async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name",
  );
  return rows.map(({ name }) => name);
}

/** Whether somebody has used the database: an account, a project. */
export async function holdsData(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(
    "SELECT to_regclass(format('%I._prisma_migrations', current_schema())) IS NOT NULL AS known",
  );
  if (!rows[0]?.known) return false;
  const found = await client.query<{ used: boolean }>(
    "SELECT EXISTS (SELECT FROM members) OR EXISTS (SELECT FROM organizations) AS used",
  );
  return found.rows[0]?.used ?? false;
}

/**
 * Begins a transaction that sees the database as it is now, however long it takes; the result is when that is. On Citus
 * each node has a snapshot of its own, made at once for all, and one connection to each node reads everything there: so
 * every project is as it was at one moment, and so is the control plane.
 */
export async function beginSnapshot(client: pg.Client, isCitus: boolean): Promise<Date> {
  await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.query("SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0");
  if (isCitus) {
    await client.query("SET LOCAL citus.max_adaptive_executor_pool_size = 1");
    await client.query("SELECT count(*) FROM (SELECT 1 FROM identities LIMIT 1) i");
  }
  const { rows } = await client.query<{ at: Date }>("SELECT now() AS at");
  return rows[0]?.at ?? new Date();
}

/** The rows of a table, in COPY's text. */
export const rowsOf = (client: pg.Client, { copyOut }: Table): CopyToStreamQuery => client.query(to(copyOut));
