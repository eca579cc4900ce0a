import { randomBytes } from "node:crypto";
import pg from "pg";
import { distribute } from "../../scripts/distribute/distribute";
import { settingStatements } from "../../scripts/distribute/distribute.store";
import { planFor } from "../../scripts/distribute/plan";
import { migrate } from "../../scripts/migrate";

/** Where the database tests run: a Postgres, or the nodes of a Citus. */
export type TestServer = {
  /** Superuser's connection to each node, the coordinator's first. */
  adminUrls: string[];
  /** The app's connection to the migrated template. */
  url: string;
  stop(): Promise<void>;
};

/**
 * The settings with which `npm start` runs Postgres (scripts/postgres.ts), as far as plans and times depend on them.
 */
const SETTINGS = { timezone: "UTC", jit: "off", random_page_cost: "1.1" };

/**
 * TEST_DATABASE_URL: a superuser of any Postgres from 15 on. TEST_CITUS_WORKERS names workers ("host:port,host:port")
 * if that is a Citus coordinator; the template is then distributed. Role and databases of a run have a name of their
 * own, and go with it.
 */
export async function externalServer(
  adminUrl: string,
  workers = process.env.TEST_CITUS_WORKERS ?? "",
): Promise<TestServer> {
  const name = `throughline_test_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(16).toString("hex");
  const adminUrls = [adminUrl, ...workers.split(",").flatMap((place) => (place ? [moved(adminUrl, { place })] : []))];
  await onEach(adminUrls, [
    `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`,
    ...Object.entries(SETTINGS).map(([setting, value]) => `ALTER ROLE ${name} SET ${setting} = '${value}'`),
    `CREATE DATABASE ${name} OWNER ${name}`,
  ]);
  const url = moved(adminUrl, { user: name, password, database: name });
  if (isCitus(adminUrls)) await joinNodes(adminUrls, name);
  await migrate(url);
  if (isCitus(adminUrls)) {
    await distributeAll(url);
    await leaveAlone(adminUrls, name);
  }
  return { adminUrls, url: isCitus(adminUrls) ? `${url}?citus=true` : url, stop: () => removeAll(adminUrls, name) };
}

async function joinNodes(adminUrls: readonly string[], database: string): Promise<void> {
  await onEach(
    adminUrls.map((one) => moved(one, { database })),
    ["CREATE EXTENSION citus"],
  );
  const [coordinator = "", ...workers] = adminUrls;
  const place = (url: string) => [new URL(url).hostname, Number(new URL(url).port || 5432)];
  await as(moved(coordinator, { database }), async (client) => {
    await client.query("SELECT citus_set_coordinator_host($1, $2)", place(coordinator));
    for (const worker of workers) await client.query("SELECT citus_add_node($1, $2)", place(worker));
  });
}

const distributeAll = (url: string): Promise<void> =>
  as(url, async (client) => distribute(client, await planFor(client), () => {}));

/** A template must have no connections, and Citus' maintenance keeps one to each database. */
const leaveAlone = (adminUrls: readonly string[], database: string): Promise<void> =>
  onEach(adminUrls, [
    `ALTER DATABASE ${database} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
  ]);

async function removeAll(adminUrls: readonly string[], name: string): Promise<void> {
  for (const adminUrl of adminUrls) {
    await as(adminUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)",
        [name],
      );
      for (const database of rows) await client.query(`DROP DATABASE ${database.name} WITH (FORCE)`);
      await client.query(`DROP ROLE ${name}`);
    });
  }
}

/** Whether a run's nodes are those of a Citus. */
export const isCitus = (adminUrls: readonly string[]): boolean => adminUrls.length > 1;

/** The rows of a query in one database of a run, on each node. A Citus hides its shards' tables from catalogues. */
export async function rowsOnEach<Row extends pg.QueryResultRow>(
  adminUrls: readonly string[],
  database: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const url of adminUrls) {
    await as(moved(url, { database }), async (client) => {
      if (isCitus(adminUrls)) await client.query("SET citus.override_table_visibility = off");
      rows.push(...(await client.query<Row>(text, values)).rows);
    });
  }
  return rows;
}

/** Runs statements on each node, one node after the other. */
export async function onEach(adminUrls: readonly string[], statements: readonly string[]): Promise<void> {
  for (const url of adminUrls) {
    await as(url, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  }
}

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Sets on a copy of the distributed template what db:distribute sets on a database. Copies lose that, and Citus, which
 * does not know them, does not propagate it; each node takes it from a database without Citus.
 */
export async function configureCopy(adminUrls: readonly string[], database: string): Promise<void> {
  if (isCitus(adminUrls)) await onEach(adminUrls, settingStatements(database));
}

type Change = { place?: string; database?: string; user?: string; password?: string };

function moved(url: string, { place, database, user, password }: Change): string {
  const changed = new URL(url);
  if (place) changed.host = place;
  if (database) changed.pathname = `/${database}`;
  if (user) changed.username = user;
  if (password) changed.password = password;
  return changed.href;
}
