import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { newId } from "@/lib/ids";
import { startPostgres } from "../../scripts/postgres";
import { type Line, type Mode, openLine } from "../support/line";
import { signalTree } from "../support/process-tree";
import { holdRequests } from "./clients";
import { Instance, newFolder, type Target } from "./instance";
import { attempt, type Result } from "./trial";

/** An app whose Postgres is the operator's own, and the line between them that breaks. */
export type External = {
  app: Target;
  line: Line;
  postgres: Awaited<ReturnType<typeof startPostgres>>;
  /** Of Postgres. */
  folder: string;
  close(): Promise<void>;
};

export async function openExternal(): Promise<External> {
  const folder = join(newFolder(), "postgres");
  const postgres = await startPostgres({ folder });
  const line = await openLine(postgres.url);
  const app = await Instance.open({ DATA_DIR: newFolder(), DATABASE_URL: line.url });
  const close = async () => {
    await app.stop();
    await line.close();
    await postgres.stop();
  };
  return { app, line, postgres, folder, close };
}

/** Cuts a connection at a commit ten times a second. */
export async function cutCommits({ line }: External, mode: Mode, forMs: number): Promise<string> {
  const before = line.cuts();
  for (const deadline = performance.now() + forMs; performance.now() < deadline; await sleep(100)) line.set(mode, 1);
  line.set("pass");
  return `${line.cuts() - before} commits cut`;
}

/** Postgres with all of its processes. */
export async function freeze({ postgres }: Pick<External, "postgres">, forMs: number): Promise<undefined> {
  signalTree(postgres.pid(), "SIGSTOP");
  await sleep(forMs);
  signalTree(postgres.pid(), "SIGCONT");
}

/** Somebody else holds all of Postgres' connections, and the app's own are ended. Returns how many that took. */
export async function withoutConnections({ postgres }: External, forMs: number): Promise<string> {
  const open: pg.Client[] = [];
  const admin = new pg.Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  const role = new URL(postgres.url).username;
  const take = async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    client.on("error", () => {});
    await client.connect();
    open.push(client);
  };
  const end = () =>
    admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND application_name LIKE 'throughline%'",
      [role],
    );
  try {
    for (const deadline = performance.now() + forMs; performance.now() < deadline; await sleep(20)) {
      await end();
      for (let isFull = false; !isFull; )
        isFull = await take().then(
          () => false,
          () => true,
        );
    }
    return `${open.length} connections taken`;
  } finally {
    await Promise.all(open.map((client) => client.end()));
    await admin.end();
  }
}

/** Batches that are sent five times at the same moment. */
export async function fiveTimes({ app, postgres }: External): Promise<string> {
  const headers = { "content-type": "application/json", "openpanel-client-id": app.key.clientId };
  const ids: string[] = [];
  const statuses = new Set<number>();
  for (let round = 0; round < 20; round++) {
    const batch = Array.from({ length: 50 }, (_, i) => ({
      id: newId(),
      anonymousId: `five-${i}`,
      type: "track",
      payload: { name: "five" },
    }));
    ids.push(...batch.map(({ id }) => id));
    const body = JSON.stringify({ batch });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => fetch(`${app.url}/track`, { method: "POST", headers, body })),
    );
    for (const { status } of answers) statuses.add(status);
  }
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<{ id: string }>("SELECT id FROM events WHERE name = 'five'");
  await client.end();
  const found = new Set(rows.map((row) => row.id));
  if (rows.length !== ids.length || ids.some((id) => !found.has(id)))
    throw new Error(`${ids.length} sent five times, ${rows.length} stored`);
  if ([...statuses].some((status) => status !== 200)) throw new Error(`answers ${[...statuses]}`);
  return `${ids.length} events, each five times: each stored once`;
}

type Fault = { fault: string; make: (setting: External) => Promise<string | undefined> };

export const EXTERNAL: Fault[] = [
  {
    fault: "connections cut between COMMIT and its answer, for 15 s",
    make: (setting) => cutCommits(setting, "cut after commit", 15_000),
  },
  {
    fault: "connections cut before COMMIT arrives, for 15 s",
    make: (setting) => cutCommits(setting, "cut before commit", 15_000),
  },
  {
    fault: "Postgres unreachable for a minute",
    make: async ({ postgres }) => {
      process.kill(postgres.pid(), "SIGQUIT");
      await sleep(60_000);
      await postgres.restart();
      return undefined;
    },
  },
  {
    fault: "all open connections to Postgres go silent for good; new ones work after 10 s",
    make: async ({ line }) => {
      line.set("hang");
      await sleep(10_000);
      line.set("pass");
      return undefined;
    },
  },
  { fault: "Postgres out of connections for 20 s", make: (setting) => withoutConnections(setting, 20_000) },
  { fault: "the same batch five times at once", make: fiveTimes },
  {
    fault: "300 slow heads, 300 bodies that stall, 100 half-open connections",
    make: ({ app }) => holdRequests(app, 20_000),
  },
];

export async function tryExternal(wanted: (fault: string) => boolean, note: (result: Result) => void): Promise<void> {
  const faults = EXTERNAL.filter(({ fault }) => wanted(fault));
  if (faults.length === 0) return;
  const setting = await openExternal();
  const { app, postgres } = setting;
  for (const { fault, make } of faults)
    note(await attempt({ fault, app, databaseUrl: () => postgres.url, make: () => make(setting) }));
  await setting.close();
}
