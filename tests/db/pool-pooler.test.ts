import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createWriterPool, pool, writerPool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { startJobs } from "@/lib/jobs/start";
import { startStatistics } from "@/lib/jobs/statistics";
import { completeUrl } from "../../scripts/database";
import { migrate } from "../../scripts/migrate";
import { ask, track } from "../api/support";
import { runRandomSequence } from "../identity/run";
import { makeProject } from "../ingest/support";
import { databaseOwner, newDatabaseName } from "../support/database";
import { openPooler, type Pooler } from "../support/pooler";

/** Fewer than our own connections, so that PgBouncer must share each among clients. */
const POOL_SIZE = 6;
/** Of pg_locks, which shows every database's: other workers' tests take advisory locks too. */
const ADVISORY =
  "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
const direct = process.env.DATABASE_URL as string;
let pooler: Pooler;

beforeAll(async () => {
  pooler = await openPooler(direct, POOL_SIZE);
  process.env.DATABASE_URL = await completeUrl(pooler.url);
});
afterAll(() => pooler.close());

/** Runs `work` with a separate client, like another program of the database. */
async function as<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test("a pooler is detected, a direct connection is not mistaken for one, and the operator's setting wins", async () => {
  expect(process.env.DATABASE_URL).toBe(`${pooler.url}?pgbouncer=true`);
  expect(await completeUrl(direct)).toBe(direct);
  expect(await completeUrl(`${pooler.url}?pgbouncer=false`)).toBe(`${pooler.url}?pgbouncer=false`);
});

test("400 batches from 40 senders beside reads and jobs: every answer is a success, every event is stored once", async () => {
  const project = await makeProject();
  const [senders, each] = [40, 10];
  let sending = true;
  const statuses = new Set<number>();
  const read = async (reader: number) => {
    while (sending) {
      const paths = ["/profiles", "/profiles?q=ada", `/profiles/u:user-${reader}`, "/segments"];
      for (const path of paths) statuses.add((await ask(path, project.read)).status);
    }
  };
  const jobs = [startJobs(), startStatistics()];
  const readers = Array.from({ length: 6 }, (_, i) => read(i));
  const send = async (sender: number) => {
    for (let turn = 0; turn < each; turn++) {
      const batch = Array.from({ length: 5 }, () => ({
        id: newId(),
        type: "track",
        anonymousId: `device-${sender}`,
        payload: { name: "beat", profileId: `user-${sender % 10}`, properties: { turn } },
      }));
      await track(project, { batch }); // throws unless all of it was stored
    }
  };
  // Awaited to the last one and then stopped, even if some fail: nothing may keep running after the test.
  const sent = await Promise.allSettled(Array.from({ length: senders }, (_, sender) => send(sender)));
  sending = false;
  await Promise.allSettled([...readers, ...jobs.map((job) => job.stop())]);
  expect(sent.filter((one) => one.status === "rejected")).toEqual([]);
  expect([...statuses].filter((status) => status >= 500)).toEqual([]);
  expect(statuses).toContain(200);
  const { rows } = await pool().query("SELECT count(*)::int AS n FROM events WHERE project_id = $1", [project.id]);
  expect(rows[0]?.n).toBe(senders * each * 5);

  await refreshAllFacts(pool(), project.id);
  const people = await ask("/profiles", project.read);
  expect((people.body as { data: unknown[] }).data).toHaveLength(10);
});

test("the identity engine is equal to its model through the pooler, too", async () => {
  expect(await runRandomSequence(writerPool(), 7, 80, 6)).toEqual([]);
});

test("no session state stays on a pooled connection", async () => {
  // Held open together, so that each client has one of the pooler's connections.
  const clients = await Promise.all(
    Array.from({ length: POOL_SIZE }, async () => {
      const client = new pg.Client({ connectionString: pooler.url });
      await client.connect();
      await client.query("BEGIN");
      return client;
    }),
  );
  const pids = new Set<number>();
  for (const client of clients) {
    const settings = await client.query(`
      SELECT pg_backend_pid() AS pid, current_setting('enable_seqscan') AS seqscan, current_setting('enable_hashjoin') AS hashjoin,
             current_setting('plan_cache_mode') AS plans, current_setting('work_mem') AS memory,
             (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
             (SELECT count(*)::int FROM pg_locks WHERE ${ADVISORY}) AS locks`);
    const { pid, ...rest } = settings.rows[0];
    pids.add(pid);
    expect(rest).toEqual({ seqscan: "on", hashjoin: "on", plans: "auto", memory: "4MB", prepared: 0, locks: 0 });
  }
  expect(pids.size).toBe(POOL_SIZE);
  await Promise.all(clients.map((client) => client.end()));
});

test("on a direct connection statements stay prepared, and the planner's settings are set once", async () => {
  const db = createWriterPool(direct, 1);
  try {
    expect(await runRandomSequence(db, 8, 30)).toEqual([]);
    const { rows } = await db.query(
      "SELECT (SELECT count(*)::int FROM pg_prepared_statements) AS prepared, current_setting('enable_seqscan') AS seqscan",
    );
    expect(rows[0]?.seqscan).toBe("off");
    expect(rows[0]?.prepared).toBeGreaterThan(5);
  } finally {
    await db.end();
  }
});

test("a new database is migrated through the pooler by two processes at once, and no lock stays behind", async () => {
  const name = newDatabaseName();
  await as(inject("postgresAdminUrl"), (admin) => admin.query(`CREATE DATABASE ${name} OWNER ${databaseOwner()}`));
  const empty = new URL(direct);
  empty.pathname = `/${name}`;
  const other = await openPooler(empty.href, POOL_SIZE);
  try {
    const url = await completeUrl(other.url);
    const applied = await Promise.all([migrate(url), migrate(url)]);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await migrate(url)).toEqual([]);
    const locks = `SELECT count(*)::int AS n FROM pg_locks WHERE ${ADVISORY}`;
    expect((await as(empty.href, (client) => client.query(locks))).rows).toEqual([{ n: 0 }]);

    await expect(completeUrl(`${other.url}?schema=shop`)).rejects.toThrow(
      /schema=shop through a connection pooler.*ALTER ROLE \w+ SET search_path = shop, public/,
    );
  } finally {
    await other.close();
    await as(inject("postgresAdminUrl"), (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
});
