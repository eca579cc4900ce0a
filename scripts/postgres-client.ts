import pg from "pg";

/** Postgres' error code while it starts, recovers or stops. */
const CANNOT_CONNECT_NOW = "57P03";

export const postgresUrl = (role: string, password: string, port: number, database: string) =>
  `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;

/** Whether the server on this port accepts our random password, and so belongs to this cluster. */
export async function probePostgres(port: number, password: string): Promise<"ready" | "starting" | "no answer"> {
  const client = new pg.Client({ connectionString: postgresUrl("postgres", password, port, "postgres") });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.end();
    return "ready";
  } catch (error) {
    return (error as { code?: string }).code === CANNOT_CONNECT_NOW ? "starting" : "no answer";
  }
}

/**
 * The application's role owns its database but is not a superuser: even SQL injected there could not reach files or
 * programs.
 */
export async function createDatabase(port: number, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl("postgres", password, port, "postgres") });
  await client.connect();
  try {
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'throughline'");
    if (role.rowCount === 0) await client.query(`CREATE ROLE throughline LOGIN PASSWORD '${password}'`);
    const database = await client.query("SELECT 1 FROM pg_database WHERE datname = 'throughline'");
    if (database.rowCount === 0) await client.query("CREATE DATABASE throughline OWNER throughline");
  } finally {
    await client.end();
  }
}
