import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { asServer, makeProject, send, serveIngest, type TestProject } from "./support";

/** Events of one millisecond come out in the order they were sent, whatever their ids are, and once. */
const server = serveIngest();
const NAMES = ["1", "2", "3", "4", "5", "6"];
const at = new Date(Date.now() - 60_000).toISOString();

/** Names in the order every list reads them: by time, then id. */
async function namesOf(project: TestProject): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(
    "SELECT name FROM events WHERE project_id = $1 ORDER BY ts, id",
    [project.id],
  );
  return rows.map(({ name }) => name);
}

const ours = (name: string) => ({
  id: `msg-${name}`,
  timestamp: at,
  anonymousId: "device",
  type: "track",
  payload: { name },
});

test("events of our own format keep the order of their batch; sent again in another order, nothing changes", async () => {
  const project = await makeProject();
  const post = (batch: object[]) => send(`${server.url()}/track`, { batch }, asServer(project.write));
  expect((await post(NAMES.map(ours))).body).toMatchObject({ accepted: 6, duplicates: 0 });
  const stored = async () =>
    (await pool().query("SELECT id, ts FROM events WHERE project_id = $1 ORDER BY ts, id", [project.id])).rows;
  const before = await stored();
  expect((await post([...NAMES].reverse().map(ours))).body).toMatchObject({ accepted: 0, duplicates: 6 });
  expect((await post([ours("0"), ...NAMES.map(ours)])).body).toMatchObject({ accepted: 1, duplicates: 6 });
  expect(await namesOf(project)).toEqual([...NAMES, "0"]);
  expect((await stored()).slice(0, 6)).toEqual(before);
});

test("the last property and the last alias of one millisecond win, in our own format", async () => {
  const project = await makeProject();
  const plans = ["free", "team", "pro", "business", "free", "pro"];
  const sets = plans.map((plan, i) => ({
    id: `set-${i}`,
    timestamp: at,
    type: "set",
    payload: { profileId: "u1", properties: { plan } },
  }));
  await send(`${server.url()}/track`, { batch: sets }, asServer(project.write));
  const { rows } = await pool().query("SELECT props FROM profiles WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ props: { plan: "pro" } }]);
});

test.each([
  ["in one batch", true],
  ["in requests of their own", false],
])("events of Segment keep the order they were sent in, %s", async (_how, isBatch) => {
  const project = await makeProject();
  const writeKey = project.write.clientId;
  const calls = NAMES.map((event) => ({
    type: "track",
    event,
    userId: "u1",
    anonymousId: "a1",
    messageId: `ajs-next-${event}`,
    timestamp: at,
    sentAt: new Date().toISOString(),
  }));
  const requests = isBatch ? [{ writeKey, batch: calls }] : calls.map((call) => ({ writeKey, ...call }));
  for (const body of requests) await send(`${server.url()}/v1/${isBatch ? "b" : "t"}`, body);
  expect(await namesOf(project)).toEqual(NAMES);
});
