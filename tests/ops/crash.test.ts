import { join } from "node:path";
import { expect, test } from "vitest";
import { startPostgres } from "../../scripts/postgres";
import { preparedDataDir, start } from "./instance";
import { post, postgresPid, readBack, stream } from "./stream";

/** Answered events after which the app is killed in the middle of the stream. */
const KILL_AFTER = 1_500;

test("after kill -9 in a stream of events and a restart, every event answered 200 is stored, and none twice", async () => {
  const { dataDir, project } = await preparedDataDir();
  const { projectId, write } = project;
  const env = { DATA_DIR: dataDir };
  let app = await start(env);
  const sent = new Set<string>();
  const answered = new Set<string>();

  for (const victims of ["the app", "the app and Postgres"]) {
    const current = app;
    const kill = (count: number) => {
      if (count < KILL_AFTER || current.process.killed) return;
      if (victims === "the app and Postgres") process.kill(postgresPid(dataDir), "SIGKILL");
      current.process.kill("SIGKILL");
    };
    const events = stream(current.url, write.clientId, kill, async (status) => (status === null ? "stop" : "go on"));
    await events.stopped;
    expect(await current.exited).toBeNull();
    for (const id of events.sent) sent.add(id);
    for (const id of events.answered) answered.add(id);
    app = await start(env);
    // What got no answer is sent again, as an SDK would; it may have been stored already.
    const unanswered = [...events.sent].filter((id) => !events.answered.has(id));
    for (const id of unanswered) expect(await post(app.url, write.clientId, [id], "device-0")).toBe(200);
  }
  expect(answered.size).toBeGreaterThanOrEqual(2 * KILL_AFTER);

  const postgres = await startPostgres({ folder: join(dataDir, "postgres") });
  const { stored, counted } = await readBack(postgres.url, projectId);
  await postgres.stop();
  expect(new Set(stored).size).toBe(stored.length);
  const present = new Set(stored);
  expect([...answered].filter((id) => !present.has(id))).toEqual([]);
  expect(present).toEqual(sent);
  expect(counted).toBe(stored.length); // the sums kept beside the events agree with them
});
