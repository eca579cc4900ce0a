import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { startPostgres } from "../../scripts/postgres";
import { type App, createProject, newDataDir, start } from "./instance";

/** Senders at once; each has one request under way. */
const SENDERS = 16;
/** Answered events after which the app is killed in the middle of the stream. */
const KILL_AFTER = 1_500;

type Stream = { sent: Set<string>; answered: Set<string>; stopped: Promise<void> };

/** Sends events, a third of them in batches, until the app is gone; `onAnswered` hears of every 200. */
function stream(app: App, clientId: string, onAnswered: (count: number) => void): Stream {
  const sent = new Set<string>();
  const answered = new Set<string>();
  const send = async (sender: number) => {
    for (let turn = 0; ; turn++) {
      const ids = Array.from({ length: turn % 3 === 0 ? 10 : 1 }, () => newId());
      for (const id of ids) sent.add(id);
      try {
        if (!(await post(app.url, clientId, ids, `device-${sender}`))) continue;
      } catch {
        return; // the connection broke: the app is gone
      }
      for (const id of ids) answered.add(id);
      onAnswered(answered.size);
    }
  };
  return { sent, answered, stopped: Promise.all(Array.from({ length: SENDERS }, (_, i) => send(i))).then(() => {}) };
}

async function post(url: string, clientId: string, ids: string[], anonymousId: string): Promise<boolean> {
  const messages = ids.map((id) => ({ id, anonymousId, type: "track", payload: { name: "beat" } }));
  const response = await fetch(`${url}/track`, {
    method: "POST",
    headers: { "content-type": "application/json", "openpanel-client-id": clientId },
    body: JSON.stringify(messages.length === 1 ? messages[0] : { batch: messages }),
  });
  await response.text();
  return response.status === 200;
}

test("kill -9 in a stream of events: every event answered 200 is there after a restart, and none is there twice", async () => {
  const dataDir = newDataDir();
  const env = { DATA_DIR: dataDir };
  let app = await start(env);
  const { projectId, write } = await createProject(env);
  const sent = new Set<string>();
  const answered = new Set<string>();

  for (const victims of ["the app", "the app and Postgres"]) {
    const current = app;
    const events = stream(current, write.clientId, (count) => {
      if (count < KILL_AFTER || current.process.killed) return;
      if (victims === "the app and Postgres") killPostgres(dataDir);
      current.process.kill("SIGKILL");
    });
    await events.stopped;
    expect(await current.exited).toBeNull();
    for (const id of events.sent) sent.add(id);
    for (const id of events.answered) answered.add(id);
    app = await start(env);
    // What got no answer is sent again, as an SDK would; it may have been stored already.
    const unanswered = [...events.sent].filter((id) => !events.answered.has(id));
    for (const id of unanswered) expect(await post(app.url, write.clientId, [id], "device-0")).toBe(true);
  }
  expect(answered.size).toBeGreaterThanOrEqual(2 * KILL_AFTER);

  const { stored, counted } = await readBack(dataDir, projectId);
  expect(new Set(stored).size).toBe(stored.length);
  const present = new Set(stored);
  expect([...answered].filter((id) => !present.has(id))).toEqual([]);
  expect(present).toEqual(sent);
  expect(counted).toBe(stored.length); // the sums kept beside the events agree with them
});

function killPostgres(dataDir: string): void {
  const pidFile = readFileSync(join(dataDir, "postgres", "cluster", "postmaster.pid"), "utf8");
  process.kill(Number(pidFile.split("\n")[0]), "SIGKILL");
}

async function readBack(dataDir: string, projectId: string): Promise<{ stored: string[]; counted: number }> {
  const postgres = await startPostgres({ folder: join(dataDir, "postgres") });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const events = await client.query<{ id: string }>("SELECT id FROM events WHERE project_id = $1", [projectId]);
  const sums = await client.query<{ events: number }>(
    "SELECT sum(event_count)::int AS events FROM spans WHERE project_id = $1",
    [projectId],
  );
  await client.end();
  await postgres.stop();
  return { stored: events.rows.map((row) => row.id), counted: sums.rows[0]?.events ?? 0 };
}
