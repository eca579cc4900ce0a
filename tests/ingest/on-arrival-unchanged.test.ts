import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { grantScope } from "@/lib/scope";
import { recentEvents } from "@/lib/timeline/recent-events.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import { asServer, makeProject, send, serveIngest, type TestProject } from "./support";

/** Pages call identify on every load, as the docs advise. One without changes is evidence and activity, but no row. */
const server = serveIngest();
const began = Date.now() - 60 * 60_000;
const DEVICE = newId();

type Sent = { minute: number; type?: string; device?: string | null; payload?: object; claim?: false };
const message = ({ minute, type = "identify", device = DEVICE, payload, claim }: Sent) => ({
  id: newId(),
  anonymousId: device,
  sessionId: device,
  timestamp: new Date(began + minute * 60_000).toISOString(),
  type,
  claim,
  payload:
    type === "track"
      ? { name: "screen_view", profileId: "u1", properties: { __path: "/" } }
      : { profileId: "u1", ...payload },
});
const post = (project: TestProject, sent: Sent) =>
  send(`${server.url()}/track`, message(sent), asServer(project.write));
const scopeOf = (project: TestProject) => grantScope(project.id, "system:test");

/** The timeline's rows, oldest first, as minutes and names; `everything` includes rows that are hidden by default. */
async function rowsOf(project: TestProject, everything = false, ref = "u:u1"): Promise<string[]> {
  const { rows } = await listEvents(scopeOf(project), ref as "u:u1", {
    order: "asc",
    limit: 100,
    includeProperties: everything,
  });
  return rows.map(({ name, ts }) => `${Math.round((ts - began) / 60_000)} ${name}`);
}

const pages = Array.from({ length: 5 }, (_, i) => [
  { minute: i, payload: { email: "ada@example.com", address: { city: "Bern" } } },
  { minute: i, type: "track" },
]).flat();

test.each([
  ["one by one", false],
  ["in one batch", true],
])("five pages with an identify each give five views and one login, %s", async (_how, isBatch) => {
  const project = await makeProject();
  if (isBatch) await send(`${server.url()}/track`, { batch: pages.map(message) }, asServer(project.write));
  else for (const sent of pages) await post(project, sent);
  const views = pages.flatMap(({ minute, type }) => (type ? [`${minute} screen_view`] : []));
  expect((await rowsOf(project)).sort()).toEqual(["0 identify", ...views].sort());
  expect(await rowsOf(project, true)).toHaveLength(10);
  expect(await recentEvents(scopeOf(project), 50)).toHaveLength(6);
  const { rows } = await pool().query("SELECT event_count FROM profile_stats WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ event_count: 10 }]);
});

test("an unchanged identify is activity: a page that only identifies updates last seen", async () => {
  const project = await makeProject();
  for (const minute of [0, 10]) await post(project, { minute });
  const { rows } = await pool().query("SELECT last_seen FROM profile_stats WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ last_seen: began + 10 * 60_000 }]);
});

test("an unchanged identify is evidence: the device's events up to it are theirs, even on a shared device (docs/identity.md R6)", async () => {
  const project = await makeProject();
  await post(project, { minute: 0 });
  await post(project, { minute: 50 });
  const other = { ...message({ minute: 55 }), payload: { profileId: "u2" } };
  await send(`${server.url()}/track`, other, asServer(project.write));
  const anonymous = { ...message({ minute: 20, type: "track" }), payload: { name: "late" } };
  await send(`${server.url()}/track`, anonymous, asServer(project.write));
  expect(await rowsOf(project)).toEqual(["0 identify", "20 late"]);
});

test.each<[string, Sent[], string[]]>([
  [
    "another value",
    [
      { minute: 0, payload: { plan: "free" } },
      { minute: 1, payload: { plan: "pro" } },
    ],
    ["0", "1"],
  ],
  ["a value and back", ["a", "b", "a"].map((plan, minute) => ({ minute, payload: { plan } })), ["0", "1", "2"]],
  [
    "a value changed by a set in between",
    [
      { minute: 0, payload: { plan: "free" } },
      { minute: 1, type: "set", payload: { properties: { plan: "pro" } } },
      { minute: 2, payload: { plan: "free" } },
    ],
    ["0", "2"],
  ],
  [
    "a number that was incremented",
    [
      { minute: 0, payload: { logins: 1 } },
      { minute: 1, type: "increment", payload: { property: "logins" } },
      { minute: 2, payload: { logins: 1 } },
    ],
    ["0", "2"],
  ],
  [
    "another type",
    [
      { minute: 0, payload: { n: 1 } },
      { minute: 1, payload: { n: "1" } },
    ],
    ["0", "1"],
  ],
  [
    "an unset one",
    [
      { minute: 0, payload: { n: 1 } },
      { minute: 1, payload: { n: null } },
      { minute: 2, payload: { n: null } },
    ],
    ["0", "1"],
  ],
  [
    "lists and objects alike",
    [0, 1].map((minute) => ({ minute, payload: { tags: ["a", "b"], address: { city: "Bern" } } })),
    ["0"],
  ],
  [
    "fewer traits",
    [
      { minute: 0, payload: { a: 1, b: 2 } },
      { minute: 1, payload: { b: 2 } },
    ],
    ["0"],
  ],
  ["another device", [{ minute: 0 }, { minute: 1, device: "phone" }, { minute: 2, device: "phone" }], ["0", "1"]],
  ["a server's nightly upsert", [0, 1, 2].map((minute) => ({ minute, device: null, payload: { plan: "pro" } })), ["0"]],
  ["support impersonating a user", [{ minute: 0 }, { minute: 1, device: "desk", claim: false }], ["0"]],
])("%s: rows at %j", async (_what, sent, minutes) => {
  for (const isBatch of [false, true]) {
    const project = await makeProject();
    if (isBatch) await send(`${server.url()}/track`, { batch: sent.map(message) }, asServer(project.write));
    else for (const one of sent) await post(project, one);
    expect([isBatch, await rowsOf(project)]).toEqual([isBatch, minutes.map((minute) => `${minute} identify`)]);
  }
});

test("a device that changes users and back gets a row each time", async () => {
  const project = await makeProject();
  for (const [minute, profileId] of [
    [0, "u1"],
    [10, "u2"],
    [20, "u1"],
    [21, "u1"],
  ] as const)
    await post(project, { minute, payload: { profileId } });
  expect([await rowsOf(project), await rowsOf(project, false, "u:u2")]).toEqual([
    ["0 identify", "20 identify"],
    ["10 identify"],
  ]);
});

test.each<[string, string, (key: string) => unknown]>([
  [
    "Segment",
    "/v1/i",
    (writeKey) => ({ writeKey, type: "identify", userId: "u1", anonymousId: "a", traits: { plan: "pro" } }),
  ],
  [
    "PostHog",
    "/e/",
    (token) => ({
      event: "$identify",
      properties: { token, distinct_id: "u1", $anon_distinct_id: "a", $set: { plan: "pro" } },
    }),
  ],
  [
    "Amplitude",
    "/2/httpapi",
    (api_key) => ({
      api_key,
      events: [
        {
          event_type: "$identify",
          user_id: "u1",
          device_id: "a",
          library: "amplitude-ts/2.48.1",
          user_properties: { $set: { plan: "pro" } },
        },
      ],
    }),
  ],
  ["Umami", "/api/send", (website) => ({ type: "identify", payload: { website, id: "u1", data: { plan: "pro" } } })],
  [
    "OpenPanel",
    "/track",
    (clientId) => ({ clientId, type: "identify", payload: { profileId: "u1", properties: { plan: "pro" } } }),
  ],
])("%s: sent three times, one row", async (_sdk, path, body) => {
  const project = await makeProject();
  for (let i = 0; i < 3; i++)
    expect(await send(server.url() + path, body(project.write.clientId))).toMatchObject({ status: 200 });
  expect((await rowsOf(project)).map((row) => row.split(" ")[1])).toEqual(["identify"]);
  expect(await rowsOf(project, true)).toHaveLength(3);
});
