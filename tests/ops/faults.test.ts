import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../../scripts/postgres";
import { holdRequests } from "../chaos/clients";
import { cutCommits, type External, freeze, withoutConnections } from "../chaos/external";
import { attempt } from "../chaos/trial";
import { openLine } from "../support/line";
import { type App, preparedDataDir, start } from "./instance";
import { post } from "./stream";

/** Heads, bodies and silent connections cost as many starts of requests; readers are few and send much. */
const FEW = { slow: 50, stalled: 50, halfOpen: 20, unread: 50 };
const HOUR_MS = 60 * 60 * 1000;

/**
 * The faults of `npm run chaos` that take seconds, on one app. Those that a test of one part shows are not repeated.
 */
let app: App;
let setting: External;
/** Says in ms how far ahead the app's clock is. */
let clock: string;
beforeAll(async () => {
  const { dataDir, project } = await preparedDataDir();
  clock = join(dataDir, "ahead");
  writeFileSync(clock, "0");
  const folder = join(dataDir, "postgres");
  const postgres = await startPostgres({ folder });
  const line = await openLine(postgres.url);
  const shim = pathToFileURL(join(import.meta.dirname, "..", "support", "clock.mjs"));
  const NODE_OPTIONS = `--import ${shim}`;
  app = await start({ DATA_DIR: dataDir, DATABASE_URL: line.url, NODE_OPTIONS, AHEAD_FILE: clock });
  const target = {
    url: app.url,
    projectId: project.projectId,
    key: project.write,
    pid: app.process.pid as number,
    get isRunning() {
      return app.process.exitCode === null;
    },
  };
  const close = async () => {
    app.process.kill("SIGTERM");
    await app.exited;
    await line.close();
    await postgres.stop();
  };
  setting = { app: target, line, postgres, folder, close };
});
afterAll(() => setting?.close());

/** Sets the app's clock, and waits until events are received by it. */
async function setClock(of: External, aheadMs: number): Promise<void> {
  const db = new pg.Client({ connectionString: of.postgres.url });
  await db.connect();
  const from = new Date(Date.now() + aheadMs);
  writeFileSync(clock, String(aheadMs));
  const received = async () => {
    const { rowCount } = await db.query(
      "SELECT FROM events WHERE project_id = $1 AND received_at BETWEEN $2 AND $2::timestamptz + interval '30 min' LIMIT 9",
      [of.app.projectId, from],
    );
    return rowCount;
  };
  await expect.poll(received, { timeout: 10_000 }).toBe(9);
  await db.end();
}

async function jump(of: External): Promise<undefined> {
  await setClock(of, HOUR_MS);
  await setClock(of, 0);
  await setClock(of, -HOUR_MS);
  await setClock(of, 0);
}

const health = async (url: string) => (await fetch(`${url}/api/health`)).status;

test("while an external Postgres is unreachable the app stays up, logs a few lines, and recovers", async () => {
  const { clientId } = setting.app.key;
  const { postgres } = setting;
  expect(await post(app.url, clientId, ["0190a3f0-7f2c-7000-8000-000000000001"], "d")).toBe(200);
  process.kill(postgres.pid(), "SIGQUIT");
  await expect.poll(() => health(app.url), { timeout: 20_000 }).toBe(503);
  const before = app.stderr();
  for (let round = 0; round < 30; round++) {
    const requests = [
      post(app.url, clientId, [crypto.randomUUID()], "d"),
      health(app.url),
      fetch(`${app.url}/api/v1/profiles`, {
        headers: { "throughline-client-id": crypto.randomUUID(), "throughline-client-secret": "not cached" },
      }).then((response) => response.status),
    ];
    expect(await Promise.all(requests)).toEqual([503, 503, 503]);
    await (await fetch(`${app.url}/setup`)).text();
    await sleep(100);
  }
  const lines = app.stderr().slice(before.length).trim().split("\n");
  expect(lines.length, app.stderr()).toBeLessThan(15);
  await postgres.restart();
  await expect.poll(() => post(app.url, clientId, [crypto.randomUUID()], "d"), { timeout: 20_000 }).toBe(200);
});

test.each<[string, (of: External) => Promise<string | undefined>]>([
  ["connections that break between COMMIT and its answer", (of) => cutCommits(of, "cut after commit", 1_000)],
  ["a Postgres frozen for two seconds", (of) => freeze(of, 2_000)],
  ["a Postgres without free connections", (of) => withoutConnections(of, 1_000)],
  ["a clock that jumps an hour ahead and back", jump],
  ["clients that hold requests open", ({ app: target }) => holdRequests(target, 2_000, FEW)],
])("%s: acknowledged events are stored, none twice, and everybody is served again", async (fault, make) => {
  const pace = { beforeMs: 300, afterMs: 200 };
  const databaseUrl = () => setting.postgres.url;
  const result = await attempt({ fault, app: setting.app, databaseUrl, make: () => make(setting), pace });
  expect(result.broken).toEqual([]);
  expect(result.verdict.acknowledged).toBeGreaterThan(20);
  expect(result.verdict.twiceWithoutId).toBe(0);
});
