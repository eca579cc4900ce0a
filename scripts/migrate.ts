import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum, DriverAdapterError } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { connectionOf } from "@/lib/db/connection";
import { installQueues } from "@/lib/queue/queue.store";
import { connectTo } from "./database";
import { ExplainedError } from "./explain";
import { reportMigrations } from "./migrate-progress";
import { root } from "./root";

/** Advisory lock of our migrations, an arbitrary number: the bytes of "thru". */
const ADVISORY_LOCK = 0x74687275;
/** Advisory lock of Prisma's engine: excludes a concurrent `prisma migrate deploy`. */
const PRISMA_LOCK = 72707369;
/** Oldest supported Postgres. */
const OLDEST_POSTGRES = 15;
/** In our schema: another application of Prisma's may have a table of that name elsewhere on the search path. */
const IS_KNOWN = "to_regclass(format('%I._prisma_migrations', current_schema())) IS NOT NULL";
const NOTHING_FOREIGN = { externalTables: [], externalEnums: [] };

/**
 * Brings the database up to prisma/migrations; returns the names of the migrations it applied, [] when there was
 * nothing to do. With `only`, names of migrations, it applies none but these.
 *
 * Prisma's own engine in its WebAssembly build, because the native one is a download; it keeps the same
 * `_prisma_migrations` table, so `prisma migrate deploy` elsewhere continues from here and vice versa. A second process
 * that starts at the same time waits on an advisory lock and then finds nothing left to do.
 */
export async function migrate(databaseUrl: string, only?: readonly string[]): Promise<string[]> {
  const lock = await connectTo(databaseUrl);
  try {
    await requireVersion(lock);
    // A transaction-level lock: a session-level one would leak into a pooler's connection.
    await lock.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0");
    for (const key of [ADVISORY_LOCK, PRISMA_LOCK]) await lock.query("SELECT pg_advisory_xact_lock($1)", [key]);
    if (only === undefined && (await isUpToDate(lock))) {
      await makeQueues(databaseUrl);
      return [];
    }
    await makeSchema(databaseUrl);
    const progress = reportMigrations(databaseUrl, console.error);
    const applied = await withEngine(databaseUrl, async (engine) => {
      await forgetInterrupted(lock, engine);
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: migrations(only),
        filters: NOTHING_FOREIGN,
      });
      return appliedMigrationNames;
    }).finally(progress.stop);
    await makeQueues(databaseUrl);
    if (applied.length > 0) await makeMaskedViews(databaseUrl);
    return applied;
  } finally {
    await lock.query("COMMIT").catch(() => {}); // releases the lock, even if the engine threw
    await lock.end();
  }
}

/** pg-boss' tables, by its own migrations, in transactions of their own. */
async function makeQueues(databaseUrl: string): Promise<void> {
  const client = await connectTo(databaseUrl);
  try {
    await installQueues(client, databaseUrl);
  } finally {
    await client.end();
  }
}

/** A column that a migration added is missing from the views of masked tables (decision 88). */
async function makeMaskedViews(databaseUrl: string): Promise<void> {
  const client = await connectTo(databaseUrl);
  try {
    await client.query("SELECT make_masked_views()");
  } finally {
    await client.end();
  }
}

/** Creates the schema that DATABASE_URL names, if missing. */
async function makeSchema(databaseUrl: string): Promise<void> {
  const { schema, pooled } = connectionOf(databaseUrl);
  if (schema === null || pooled) return;
  const client = await connectTo(databaseUrl);
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}`);
  } finally {
    await client.end();
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ major: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS major",
  );
  const major = rows[0]?.major ?? 0;
  if (major >= OLDEST_POSTGRES) return;
  throw new ExplainedError(`Throughline needs Postgres ${OLDEST_POSTGRES} or newer, and the database's is ${major}.`);
}

/** Whether each of our migrations is applied and none failed. Prisma's engine needs 0.4 s of CPU time to say so. */
async function isUpToDate(client: pg.Client): Promise<boolean> {
  const { rows: known } = await client.query<{ known: boolean }>(`SELECT ${IS_KNOWN} AS known`);
  if (!known[0]?.known) return false;
  const { rows } = await client.query<{ name: string; isApplied: boolean }>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS "isApplied"
       FROM _prisma_migrations
      WHERE rolled_back_at IS NULL`,
  );
  const applied = new Set(rows.map(({ name }) => name));
  return rows.every(({ isApplied }) => isApplied) && knownMigrations().every((name) => applied.has(name));
}

/**
 * An interrupted migration was rolled back (it is one transaction, see `mended`), but
 * Prisma records it as failed and would refuse to continue. So mark it as rolled back and retry.
 */
async function forgetInterrupted(client: pg.Client, engine: SchemaEngine): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(`SELECT ${IS_KNOWN} AS known`);
  if (!rows[0]?.known) return;
  const failed = await client.query<{ migration_name: string }>(
    "SELECT DISTINCT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL",
  );
  for (const { migration_name: migrationName } of failed.rows) await engine.markMigrationRolledBack({ migrationName });
}

/**
 * The SQL that would turn the migrated database at `databaseUrl` into prisma/schema.prisma; one statement per
 * item.
 */
export async function drift(databaseUrl: string): Promise<string[]> {
  const { tables } = await withEngine(databaseUrl, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: "schemaDatasource", files: [schema()], configDir: root },
      to: { tag: "schemaDatamodel", files: [schema()] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: NOTHING_FOREIGN,
    } as Parameters<SchemaEngine["diff"]>[0]);
    return { tables: stdout ?? "" };
  });
  return tables
    .replace(/^--.*$/gm, "")
    .split(";")
    .map((statement) => statement.trim().replace(/\s+/g, " "))
    .filter((statement) => statement !== "");
}

const schema = () => ({
  path: "prisma/schema.prisma",
  content: readFileSync(join(root, "prisma", "schema.prisma"), "utf8"),
});

/** Names of the migrations this version has, oldest first. */
export const knownMigrations = (): string[] => migrations().migrationDirectories.map(({ path }) => path);

function migrations(only?: readonly string[]) {
  const baseDir = join(root, "prisma", "migrations");
  const folders = readdirSync(baseDir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    baseDir,
    lockfile: { path: "migration_lock.toml", content: readFileSync(join(baseDir, "migration_lock.toml"), "utf8") },
    migrationDirectories: folders
      .map((folder) => folder.name)
      .filter((name) => only === undefined || only.includes(name))
      .sort()
      .map((path) => ({
        path,
        migrationFile: {
          path: "migration.sql",
          content: { tag: "ok" as const, value: readFileSync(join(baseDir, path, "migration.sql"), "utf8") },
        },
      })),
    shadowDbInitScript: "",
  };
}

type EngineModule = { SchemaEngine: typeof SchemaEngine; __wbg_set_wasm(exports: WebAssembly.Exports): void };

let loading: Promise<EngineModule> | undefined;
let panic: string | undefined;

/** The engine (17 MB of WebAssembly, about 200 ms), instantiated once: its bindings keep views of one memory. */
function engineModule(): Promise<EngineModule> {
  loading ??= (async () => {
    const report = (message: string) => {
      panic = message;
    };
    Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: report } });
    const bindings = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const module = (await import(pathToFileURL(bindings).href)) as unknown as EngineModule;
    const { instance } = await WebAssembly.instantiate(readFileSync(bindings.replace(/\.js$/, ".wasm")), {
      "./schema_engine_bg.js": module as unknown as WebAssembly.ModuleImports,
    });
    module.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
    return module;
  })();
  return loading;
}

/** Runs `work` with an engine on this database, then closes its connections. */
async function withEngine<T>(databaseUrl: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const module = await engineModule();
  const { config, schema: ownSchema } = connectionOf(databaseUrl);
  const pool = new pg.Pool({ ...config, max: 4, application_name: "throughline-migrate" });
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(mended(pool, ownSchema));
    const { path, content } = schema();
    const engine = await module.SchemaEngine.new({ datamodels: [[path, content]] }, () => {}, adapter);
    return await work(engine);
  } catch (error) {
    throw panic === undefined ? error : new Error(`Prisma's schema engine panicked: ${panic}`);
  } finally {
    await pool.end();
  }
}

/** Records the migration in its own transaction, so that it is never applied but unrecorded. */
const RECORD_AS_FINISHED = `
DO $record$ BEGIN
  IF ${IS_KNOWN} THEN
    UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL;
  END IF;
END $record$;`;

/**
 * Prisma's adapter with fixes for two bugs of 7.10:
 * it splits scripts at every semicolon, even inside comments and function bodies, and runs the pieces one by one; sent
 * whole, Postgres parses the script itself and runs it in one transaction, as under Prisma's native engine;
 * and it refuses Postgres's one-byte "char", which the engine needs to read a schema (pg_constraint.contype).
 * The engine's lock is for a session, which a pooler would not end; `migrate` holds it already, for a transaction.
 */
function mended(pool: pg.Pool, ownSchema: string | null): PrismaPg {
  const charColumns = new Set<string>();
  const query = pool.query.bind(pool) as (config: pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>;
  pool.query = (async (config: pg.QueryArrayConfig) => {
    const isLock = config.text?.startsWith("SELECT pg_advisory_lock(") ?? false; // of a script there is no config
    const result = await query(isLock ? { ...config, text: "SELECT 1" } : config);
    for (const field of result.fields ?? []) {
      if (field.dataTypeID !== pg.types.builtins.CHAR) continue;
      field.dataTypeID = pg.types.builtins.TEXT;
      charColumns.add(field.name);
    }
    return result;
  }) as typeof pool.query;

  const factory = new PrismaPg(pool, ownSchema === null ? {} : { schema: ownSchema });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (sql) => {
      const result = await queryRaw(sql);
      const columnTypes = result.columnTypes.map((type, index) =>
        charColumns.has(result.columnNames[index] ?? "") ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    adapter.executeScript = async (script) => {
      try {
        await pool.query(`${script}\n${RECORD_AS_FINISHED}`);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        const { code = "XX000", severity = "ERROR", message, detail, column, hint } = error;
        throw new DriverAdapterError({ kind: "postgres", code, severity, message, detail, column, hint });
      }
    };
    return adapter;
  };
  return factory;
}
