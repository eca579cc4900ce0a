import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startPostgres } from "../../scripts/postgres";
import { preparedDataDir, start } from "./instance";
import { post, postgresPid, readBack, stream } from "./stream";

const health = async (url: string) => (await fetch(`${url}/api/health`)).status;
/** How soon an SDK tries again after a 503, in ms. */
const RETRY_MS = 100;

test("embedded Postgres killed under load restarts automatically: acknowledged events are stored, none twice, with few log lines", async () => {
  const { dataDir, project } = await preparedDataDir();
  const { projectId, write } = project;
  const app = await start({ DATA_DIR: dataDir });
  const [killAt, enough] = [800, 1_600];
  let kills = 0;
  let done = false;
  const events = stream(
    app.url,
    write.clientId,
    (count) => {
      if (count >= killAt && kills++ === 0) process.kill(postgresPid(dataDir), "SIGKILL");
      done ||= count >= enough;
    },
    async (status) => {
      expect(status).toBe(503);
      await sleep(RETRY_MS);
      return "go on";
    },
  );
  await expect.poll(() => done, { timeout: 60_000 }).toBe(true);
  process.kill(postgresPid(dataDir), "SIGKILL"); // once more, with requests under way
  await events.stop();
  await expect.poll(() => health(app.url), { timeout: 60_000 }).toBe(200);

  const unanswered = [...events.sent].filter((id) => !events.answered.has(id));
  for (const id of unanswered) expect(await post(app.url, write.clientId, [id], "device-0")).toBe(200);
  const postgres = await startPostgres({ folder: join(dataDir, "postgres") });
  const { stored, counted } = await readBack(postgres.url, projectId);
  await postgres.stop();
  expect(new Set(stored).size).toBe(stored.length);
  const present = new Set(stored);
  expect([...events.answered].filter((id) => !present.has(id))).toEqual([]);
  expect(present).toEqual(events.sent);
  expect(counted).toBe(stored.length);

  const lines = app.stderr().trim().split("\n");
  expect(lines.filter((line) => line === "Embedded Postgres is running again.")).toHaveLength(2);
  expect(lines.filter((line) => line.includes("cannot be reached")).length).toBeGreaterThan(0);
  expect(lines.length, app.stderr()).toBeLessThan(30);
  app.process.kill("SIGTERM");
  expect(await app.exited).toBe(0);
});
