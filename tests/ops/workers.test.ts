import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { isAlive } from "../../scripts/lock.mjs";
import { startPostgres } from "../../scripts/postgres";
import { launch, newDataDir, preparedDataDir, start } from "./instance";
import { readBack, stream } from "./stream";

const KILL_AFTER = 600;
const ENOUGH = 1_800;
/** How soon a client whose connection broke tries again, in ms. */
const RETRY_MS = 50;

/** One request on a connection of its own, so that another worker may answer it. */
function ask(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<{ status: number; cookies: string[]; text: string }>((resolve, reject) => {
    const { method = "GET", headers = {}, body = "" } = options;
    const sent = request(url, { method, headers: { ...headers, connection: "close" }, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, cookies: answer.headers["set-cookie"] ?? [], text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The Cookie header of a member who is logged in. */
async function logIn(url: string): Promise<string> {
  const pairs = (cookies: string[]) => cookies.map((cookie) => cookie.split(";", 1)[0]).join("; ");
  const csrf = await ask(`${url}/api/auth/csrf`);
  const { csrfToken } = JSON.parse(csrf.text) as { csrfToken: string };
  const form = { csrfToken, email: "ops@example.com", password: "correct horse battery staple", json: "true" };
  const answer = await ask(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: pairs(csrf.cookies), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
  return pairs(answer.cookies);
}

/** Processes that hold the connection beside the pools, and of those the ones that run the jobs. */
async function processesOf(dataDir: string): Promise<{ pids: number[]; leaders: number[] }> {
  const { databaseUrl } = JSON.parse(readFileSync(join(dataDir, "instance.json"), "utf8")) as { databaseUrl: string };
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number; leads: boolean }>(`
    SELECT split_part(a.application_name, ' ', 3)::int AS pid,
           EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted) AS leads
      FROM pg_stat_activity a WHERE a.application_name LIKE 'throughline process %'`);
  await client.end();
  return { pids: rows.map(({ pid }) => pid), leaders: rows.filter(({ leads }) => leads).map(({ pid }) => pid) };
}

test("three workers on one port: a killed one loses no acknowledged event, is started again, and all show the same", async () => {
  const { dataDir, project } = await preparedDataDir();
  const { projectId, write } = project;
  const app = await start({ DATA_DIR: dataDir, WEB_CONCURRENCY: "3" });
  const first = await processesOf(dataDir);
  expect([first.pids.length, first.leaders.length]).toEqual([3, 1]);
  const [victim] = first.leaders as [number];

  let killed = false;
  let done = false;
  const onAnswered = (count: number) => {
    if (count >= KILL_AFTER && !killed) {
      killed = true;
      process.kill(victim, "SIGKILL");
    }
    done ||= count >= ENOUGH;
  };
  const events = stream(app.url, write.clientId, onAnswered, async (status) => {
    expect([null, 200]).toContain(status); // its connections broke; nobody gets a 503
    await sleep(RETRY_MS);
    return "go on";
  });
  await expect.poll(() => done, { timeout: 60_000 }).toBe(true);
  await events.stop();
  await expect.poll(() => app.stderr(), { timeout: 60_000 }).toContain("is running again.");
  expect(app.stderr()).toMatch(/^Worker \d is not running\. Restarting it in \d s\.$/m);
  expect((await fetch(`${app.url}/api/health`)).status).toBe(200);
  const second = await processesOf(dataDir);
  expect([second.pids.length, second.leaders.length, second.pids.includes(victim)]).toEqual([3, 1, false]);

  const cookie = await logIn(app.url);
  const marks = Array.from({ length: 12 }, () => newId());
  const mark = (id: string) => ({ id, anonymousId: id, type: "track", payload: { name: `mark ${id}` } });
  const headers = { "content-type": "application/json", "openpanel-client-id": write.clientId };
  const look = async () => {
    const answer = await ask(`${app.url}/api/projects/${projectId}/debugger`, { headers: { cookie } });
    expect([answer.status, answer.text.slice(0, 200)]).toEqual([200, expect.stringContaining("process")]);
    return JSON.parse(answer.text) as { entries: { name: string | null }[] };
  };
  await Promise.all(Array.from({ length: 8 }, look)); // the workers announce that a member is looking
  for (const id of marks) {
    const sent = { method: "POST", headers, body: JSON.stringify(mark(id)) };
    expect((await ask(`${app.url}/track`, sent)).status).toBe(200);
  }
  // Whichever workers answer, all of them show everything.
  const everywhere = async () => {
    const looks = await Promise.all(Array.from({ length: 8 }, look));
    return looks.every(({ entries }) => {
      const names = new Set(entries.map(({ name }) => name));
      return marks.every((id) => names.has(`mark ${id}`));
    });
  };
  await expect.poll(everywhere, { timeout: 30_000, interval: 200 }).toBe(true);

  app.process.kill("SIGTERM");
  expect(await app.exited).toBe(0);
  expect(second.pids.filter(isAlive)).toEqual([]);
  const postgres = await startPostgres({ folder: join(dataDir, "postgres") });
  const { stored, counted } = await readBack(postgres.url, projectId);
  await postgres.stop();
  const present = new Set(stored);
  expect(present.size).toBe(stored.length);
  expect([...events.answered, ...marks].filter((id) => !present.has(id))).toEqual([]);
  expect(counted).toBe(stored.length);
}, 300_000);

test("an invalid number of workers ends the start with one sentence", async () => {
  const app = await launch({ DATA_DIR: newDataDir(), WEB_CONCURRENCY: "many" });
  expect(await app.exited).toBe(1);
  expect(app.stderr().trim()).toBe(
    "WEB_CONCURRENCY is many; it is the number of processes that serve the port, 1 to 64.",
  );
});
