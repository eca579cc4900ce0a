import { resolve } from "node:path";
import pg from "pg";
import { connectionOf } from "@/lib/db/connection";
import { ExplainedError } from "./explain";
import { root } from "./root";

const CONNECT_TIMEOUT_MS = 10_000;
const NO_TLS_THERE = "The server does not support SSL connections";

/** PgBouncer does not pass on a connection's search path. */
const POOLERS_REFUSAL = /unsupported startup parameter/;

/** A single connection, for what a pool cannot do. The caller closes it. */
export async function connectTo(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...connectionOf(databaseUrl).config,
    application_name: "throughline-migrate",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on("error", () => {}); // a lost connection fails the running statement
  await client.connect();
  return client;
}

/**
 * DATABASE_URL with everything in it that lib/db/connection.ts needs to know: DATABASE_CA_FILE as `sslrootcert`,
 * whether a pooler stands in front (`pgbouncer`), and whether `sslmode=prefer` found TLS. Throws Explained, or what pg
 * threw.
 */
export async function completeUrl(databaseUrl: string, caFile = process.env.DATABASE_CA_FILE): Promise<string> {
  let url = databaseUrl;
  if (caFile && !has(url, "sslrootcert")) {
    url = withParam(url, "sslrootcert", resolve(root, caFile));
    // Report it now, under the name of the variable.
    try {
      connectionOf(url);
    } catch (error) {
      throw new ExplainedError((error as Error).message.replace("DATABASE_URL: sslrootcert", "DATABASE_CA_FILE"));
    }
  }
  const client = await connectTo(url).catch((error: Error) => {
    if (has(url, "sslmode", "prefer") && error.message === NO_TLS_THERE) url = withParam(url, "sslmode", "disable");
    else if (POOLERS_REFUSAL.test(error.message) && !has(url, "pgbouncer")) url = withParam(url, "pgbouncer", "true");
    else throw error;
    return connectTo(url);
  });
  try {
    if (!has(url, "pgbouncer") && (await isPooled(client))) url = withParam(url, "pgbouncer", "true");
    if (!has(url, "citus") && (await isDistributed(client))) url = withParam(url, "citus", "true");
    await requireSchema(client, url);
  } finally {
    await client.end();
  }
  return url;
}

/** Whether `npm run db:distribute` has spread the data plane over a Citus cluster. */
async function isDistributed(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ citus: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS citus",
  );
  if (!rows[0]?.citus) return false;
  const { rowCount } = await client.query<{ found: true }>(
    "SELECT true AS found FROM citus_tables WHERE table_name = to_regclass('events')",
  );
  return rowCount === 1;
}

/** A pooler reports an invented process id, as server connections change hands between transactions. */
async function isPooled(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid !== (client as pg.Client & { processID: number }).processID;
}

/**
 * Through a pooler a search path cannot be set for a connection: it must be a setting of the role or the database
 * there.
 */
async function requireSchema(client: pg.Client, url: string): Promise<void> {
  const { pooled, schema } = connectionOf(url);
  if (!pooled || schema === null) return;
  const { rows } = await client.query<{ schema: string | null; role: string }>(
    "SELECT current_schema() AS schema, current_user AS role",
  );
  const found = rows[0];
  if (found?.schema === schema) return;
  throw new ExplainedError(
    `DATABASE_URL asks for schema=${schema} through a connection pooler, which cannot pass that on. Create the schema, run \`ALTER ROLE ${found?.role} SET search_path = ${schema}, public\` and reconnect the pooler, or connect to Postgres directly.`,
  );
}

const split = (url: string) => {
  const at = url.indexOf("?");
  return at === -1
    ? { base: url, params: new URLSearchParams() }
    : { base: url.slice(0, at), params: new URLSearchParams(url.slice(at + 1)) };
};

function has(url: string, name: string, value?: string): boolean {
  const { params } = split(url);
  return value === undefined ? params.has(name) : params.get(name) === value;
}

function withParam(url: string, name: string, value: string): string {
  const { base, params } = split(url);
  params.set(name, value);
  return `${base}?${params}`;
}
