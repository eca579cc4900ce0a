import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { startPostgres } from "../../scripts/postgres";
import { type App, preparedDataDir, start } from "./instance";

/** More than the jobs read, or count, in one step. */
const PEOPLE = 6_000;
const BATCH = 200;
const TOKEN = "a token of sixteen characters";

type Ready = { status: string; catchingUp?: { work: string; percent: number }[] };

/** People whose facts a running instance has computed. */
async function computed(dataDir: string): Promise<number> {
  const { databaseUrl } = JSON.parse(readFileSync(join(dataDir, "instance.json"), "utf8")) as { databaseUrl: string };
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ people: number }>("SELECT count(*)::int AS people FROM profile_facts");
  await client.end();
  return rows[0]?.people ?? 0;
}

test("while jobs catch up after an update, requests are answered and the progress is visible", async () => {
  const { dataDir, project } = await preparedDataDir();
  const settings = { DATA_DIR: dataDir, METRICS_TOKEN: TOKEN };
  const send = async (app: App, count: number) => {
    const message = () => ({ id: newId(), anonymousId: newId(), type: "track", payload: { name: "beat" } });
    const answer = await fetch(`${app.url}/track`, {
      method: "POST",
      headers: { "content-type": "application/json", "openpanel-client-id": project.write.clientId },
      body: JSON.stringify({ batch: Array.from({ length: count }, message) }),
    });
    return answer.status;
  };
  const stop = async (app: App) => {
    app.process.kill("SIGTERM");
    await app.exited;
  };
  const before = await start(settings);
  for (let sent = 0; sent < PEOPLE; sent += BATCH) expect(await send(before, BATCH)).toBe(200);
  await expect.poll(() => computed(dataDir), { timeout: 120_000, interval: 500 }).toBe(PEOPLE);
  await stop(before);

  // As if the version before had computed everybody, and had known no counts of people.
  const onDatabase = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const postgres = await startPostgres({ folder: join(dataDir, "postgres") });
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
      await postgres.stop();
    }
  };
  const versions = (client: pg.Client) =>
    client
      .query<{ people: number; newest: number; current: number }>(
        "SELECT count(*)::int AS people, max(version) AS newest, count(*) FILTER (WHERE version > 1)::int AS current FROM profile_facts",
      )
      .then(({ rows }) => rows[0]);
  await onDatabase(async (client) => {
    await client.query("UPDATE profile_facts SET version = 1");
    await client.query("DELETE FROM active_gaps");
    await client.query("DELETE FROM active_quarters");
    await client.query(
      `INSERT INTO active_counted (project_id, counted_to, since, tidied_at)
       SELECT id, -9223372036854775808, now() - interval '1 hour', now() FROM projects
       ON CONFLICT (project_id) DO UPDATE SET (counted_to, since) = (excluded.counted_to, excluded.since)`,
    );
  });

  const app = await start(settings);
  const seen = new Map<string, Set<number>>();
  let metrics = "";
  const deadline = Date.now() + 240_000;
  for (let isCaughtUp = false; !isCaughtUp; await sleep(60)) {
    expect(Date.now(), JSON.stringify([...seen].map(([work, percents]) => [work, ...percents]))).toBeLessThan(deadline);
    const statuses = await Promise.all([send(app, 1), fetch(`${app.url}/login`).then((page) => page.status)]);
    expect(statuses).toEqual([200, 200]);
    const ready = await fetch(`${app.url}/api/health/ready`);
    expect(ready.status).toBe(200);
    const { catchingUp = [] } = (await ready.json()) as Ready;
    for (const { work, percent } of catchingUp) seen.set(work, (seen.get(work) ?? new Set()).add(percent));
    if (catchingUp.length > 0 && metrics === "") {
      const scraped = await fetch(`${app.url}/api/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
      metrics = await scraped.text();
    }
    isCaughtUp = seen.has("people's facts") && seen.has("counts of people") && catchingUp.length === 0;
  }
  for (const percents of seen.values()) for (const percent of percents) expect(percent).toBeLessThan(100);
  expect(Math.max(...(seen.get("people's facts") ?? []))).toBeGreaterThan(50);
  expect(metrics).toMatch(/^throughline_catching_up_percent\{work="[a-z' ]+"\} \d+$/m);
  await expect.poll(() => app.stdout(), { timeout: 10_000 }).toContain("Caught up.");
  expect(app.stdout()).toMatch(/Catching up; everything keeps running: .* \d+ %/);
  await stop(app);
  const after = await onDatabase(versions);
  expect(after?.people).toBeGreaterThanOrEqual(PEOPLE);
  expect(after?.current).toBe(after?.people);
}, 300_000);
