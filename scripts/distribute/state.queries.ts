import type pg from "pg";

/** The state of a database and its Citus. */
export type DatabaseState = {
  /** Whether the extension can be created, and whether it is there. */
  available: boolean;
  extension: boolean;
  /** Nodes that take shards. */
  workers: number;
  migrations: ReadonlySet<string>;
  /** Of our schema, by name: "distributed", "reference" and what else Citus knows. */
  distributed: ReadonlyMap<string, string>;
  foreignKeys: { from: string; to: string }[];
  /** Connections of the app to this database. */
  others: number;
};

export async function readDatabaseState(client: pg.Client): Promise<DatabaseState> {
  const { rows } = await client.query<{ available: boolean; extension: boolean; migrations: boolean; others: number }>(
    `SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citus') AS available,
            EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS extension,
            to_regclass(format('%I._prisma_migrations', current_schema())) IS NOT NULL AS migrations,
            (SELECT count(*)::int FROM pg_stat_activity
              WHERE datname = current_database() AND application_name = 'throughline') AS others`,
  );
  const basis = rows[0] ?? { available: false, extension: false, migrations: false, others: 0 };
  return {
    ...basis,
    workers: basis.extension ? await workersOf(client) : 0,
    migrations: new Set(basis.migrations ? await migrationsOf(client) : []),
    distributed: new Map(basis.extension ? await distributedOf(client) : []),
    foreignKeys: await foreignKeysOf(client),
  };
}

async function workersOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_dist_node WHERE noderole = 'primary' AND shouldhaveshards AND isactive",
  );
  return rows[0]?.n ?? 0;
}

async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return rows.map(({ name }) => name);
}

async function distributedOf(client: pg.Client): Promise<[string, string][]> {
  const { rows } = await client.query<{ name: string; kind: string }>(
    `SELECT c.relname AS name, t.citus_table_type AS kind
       FROM citus_tables t JOIN pg_class c ON c.oid = t.table_name
      WHERE c.relnamespace = current_schema()::regnamespace AND t.citus_table_type <> 'local'`,
  );
  return rows.map(({ name, kind }) => [name, kind]);
}

async function foreignKeysOf(client: pg.Client): Promise<DatabaseState["foreignKeys"]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `SELECT child.relname AS "from", parent.relname AS "to"
       FROM pg_constraint k
       JOIN pg_class child ON child.oid = k.conrelid
       JOIN pg_class parent ON parent.oid = k.confrelid
      WHERE k.contype = 'f' AND child.relnamespace = current_schema()::regnamespace`,
  );
  return rows;
}
