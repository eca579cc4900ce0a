import { beforeEach, expect, test } from "vitest";
import { handleIngest } from "@/lib/ingest/pipeline";
import { asServer, CHROME, eventsOf, makeProject, type TestProject } from "./support";

/** One message a second from a public address without the secret, twenty at once. */
process.env.INGEST_MESSAGES_PER_SECOND = "1";

let project: TestProject;
let hosts = 0;
let address: string;
/** Over all requests of a test, so the machine's speed makes no difference. */
let now: number;
beforeEach(async () => {
  now = Date.now();
  project = await makeProject();
  address = `203.0.113.${++hosts}`;
});

async function post(body: object, headers: Record<string, string> = {}, path = "/api/track") {
  let isRead = false;
  const answer = await handleIngest({
    method: "POST",
    url: path,
    headers: { "user-agent": CHROME, origin: "https://shop.example", ...headers },
    remoteAddress: address,
    receivedAt: now,
    body: async () => {
      isRead = true;
      return Buffer.from(JSON.stringify(body));
    },
  });
  return { ...answer, isRead };
}

const batch = (count: number) => ({
  clientId: project.write.clientId,
  batch: Array.from({ length: count }, (_, index) => ({ type: "track", payload: { name: `event ${index}` } })),
});

test("beyond its limit a browser's address has to wait before its request is read; others are not affected", async () => {
  expect((await post(batch(80))).status).toBe(200);
  const refused = await post(batch(1));
  expect([refused.status, refused.isRead]).toEqual([429, false]);
  expect(JSON.parse(refused.body ?? "")).toMatchObject({ error: { code: "rate_limited" } });
  expect(refused.headers).toMatchObject({
    // 80 were sent where 20 are allowed: a debt of 60, and one more.
    "retry-after": "61",
    "access-control-allow-origin": "https://shop.example",
    "access-control-expose-headers": "retry-after",
  });
  expect(JSON.stringify(refused)).not.toContain(address);
  address = `203.0.113.${++hosts}`;
  expect((await post(batch(1))).status).toBe(200);
  expect(await eventsOf(project)).toHaveLength(81);
});

test("a server with the secret sends any number, wherever its SDK puts the secret", async () => {
  for (let turn = 0; turn < 3; turn++) expect((await post(batch(100), asServer(project.write))).status).toBe(200);
  address = `203.0.113.${++hosts}`;
  const key = `${project.write.clientId}:${project.write.clientSecret}`;
  const items = Array.from({ length: 100 }, (_, index) => ({
    event: `event ${index}`,
    distinct_id: "user_1",
    properties: { distinct_id: "user_1" },
  }));
  for (let turn = 0; turn < 3; turn++)
    expect((await post({ api_key: key, batch: items }, { "user-agent": "posthog-node/5" }, "/batch/")).status).toBe(
      200,
    );
});

test("a wrong secret does not lift the limit", async () => {
  const wrong = { ...asServer(project.write), "throughline-client-secret": "wrong" };
  const statuses: number[] = [];
  for (let turn = 0; turn < 25; turn++) statuses.push((await post(batch(1), wrong)).status);
  expect(statuses).toEqual([...Array(20).fill(401), ...Array(5).fill(429)]);
});

test("another SDK's request counts by its messages too", async () => {
  const items = Array.from({ length: 80 }, (_, index) => ({
    event: `event ${index}`,
    properties: { distinct_id: "anon" },
  }));
  const body = { api_key: project.write.clientId, batch: items };
  expect((await post(body, {}, "/e/")).status).toBe(200);
  expect((await post(body, {}, "/e/")).status).toBe(429);
});
