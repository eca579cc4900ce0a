import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { asServer, makeProject, send, serveIngest, type TestProject } from "./support";

/** A batch is stored as if everything in it were new, and again if something is not (`expectingNew`). */
const server = serveIngest();

const message = (device: string) => ({
  id: newId(),
  anonymousId: device,
  sessionId: device,
  type: "track",
  payload: { name: "screen_view", profileId: "u1", properties: { __path: "/" } },
});
const post = (project: TestProject, batch: object[]) =>
  send(`${server.url()}/track`, { batch }, asServer(project.write));

/** Stored events, and what was counted of them. */
async function countsOf(project: TestProject) {
  const { rows } = await pool().query(
    `SELECT (SELECT count(*) FROM events WHERE project_id = $1) AS stored,
            (SELECT sum(event_count) FROM sessions WHERE project_id = $1) AS visited,
            (SELECT sum(event_count) FROM profile_stats WHERE project_id = $1) AS counted`,
    [project.id],
  );
  return Object.values(rows[0] as Record<string, unknown>).map(Number);
}

test("a batch that repeats an event stores the others, and each counts once, however often it is sent", async () => {
  const project = await makeProject();
  const device = newId();
  const [first, second, third] = [message(device), message(device), message(device)];
  expect((await post(project, [first])).body).toMatchObject({ accepted: 1, duplicates: 0 });
  expect((await post(project, [first, second])).body).toMatchObject({ accepted: 1, duplicates: 1 });
  expect((await post(project, [second, third, first])).body).toMatchObject({ accepted: 1, duplicates: 2 });
  expect(await countsOf(project)).toEqual([3, 3, 3]);
});

test("the same batch many times at once is stored and counted once", async () => {
  const project = await makeProject();
  const batch = Array.from({ length: 50 }, () => message(newId()));
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(project, batch)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const sum = (of: "accepted" | "duplicates") => answers.reduce((all, { body }) => all + Number(body[of]), 0);
  expect([sum("accepted"), sum("duplicates")]).toEqual([50, 350]);
  expect(await countsOf(project)).toEqual([50, 50, 50]);
});

test("concurrent batches of different devices with the same event are stored once", async () => {
  const project = await makeProject();
  const shared = Array.from({ length: 300 }, () => newId());
  const batches = Array.from({ length: 4 }, () => shared.map((id) => ({ ...message(newId()), id })));
  const answers = await Promise.all(batches.map((batch) => post(project, batch)));
  const sum = (of: "accepted" | "duplicates") => answers.reduce((all, { body }) => all + Number(body[of]), 0);
  expect([sum("accepted"), sum("duplicates")]).toEqual([300, 900]);
  expect((await countsOf(project))[0]).toBe(300);
});
