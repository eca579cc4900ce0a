import { describe, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { topSources } from "@/lib/overview/rankings.queries";
import { grantScope } from "@/lib/scope";
import { listVisits } from "@/lib/sessions/project-visits.queries";
import { listSessions } from "@/lib/sessions/sessions.queries";
import { asServer, makeProject, send, serveIngest, type TestProject } from "../ingest/support";

/** A session, and with it a person, gets its source from its first page, whichever call came first. */
const server = serveIngest();
const MINUTE_MS = 60_000;

const permutations = <T>(list: readonly T[]): T[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((item, i) =>
        permutations([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [item, ...rest]),
      );

const AD = "https://shop.example/sale?utm_source=newsletter&utm_campaign=spring";

/**
 * A visit as the script sends it: `identify` right after `init`, then the page, an event, another page without a
 * campaign.
 */
function visit(user: string) {
  const began = Date.now() - 10 * MINUTE_MS;
  const [anonymousId, sessionId] = [newId(), newId()];
  const message = (afterMs: number, type: string, payload: object) => ({
    id: newId(),
    anonymousId,
    sessionId,
    timestamp: new Date(began + afterMs).toISOString(),
    type,
    payload: { profileId: user, ...payload },
  });
  return [
    message(0, "identify", { email: `${user}@shop.example` }),
    message(1, "track", { name: "from the server" }),
    message(2, "track", { name: "screen_view", properties: { __path: AD, __referrer: "https://mail.example/" } }),
    message(3, "track", { name: "screen_view", properties: { __path: "https://shop.example/?utm_source=other" } }),
  ];
}

const scopeOf = (project: TestProject) => grantScope(project.id, "system:test");

async function sourcesOf(project: TestProject, user: string) {
  const { rows } = await listSessions(scopeOf(project), `u:${user}`, { limit: 10 });
  return rows.map(({ source, entryPage, device }) => ({ source, entryPage, device }));
}

async function factsOf(project: TestProject) {
  await refreshAllFacts(pool(), project.id);
  const { rows } = await pool().query(
    "SELECT source, landing_path, utm_source, utm_campaign FROM profile_facts WHERE project_id = $1",
    [project.id],
  );
  return rows;
}

const FACTS = { source: "mail.example", landing_path: "/sale", utm_source: "newsletter", utm_campaign: "spring" };

test("the first touch does not depend on the order of messages sent one by one", async () => {
  const project = await makeProject();
  const orders = permutations([0, 1, 2, 3]);
  await Promise.all(
    orders.map(async (order, i) => {
      const messages = visit(`u${i}`);
      for (const index of order) await send(`${server.url()}/track`, messages[index], asServer(project.write));
    }),
  );
  for (const i of orders.keys()) {
    const [first, ...others] = await sourcesOf(project, `u${i}`);
    expect([first, others]).toMatchObject([{ source: "mail.example", entryPage: "/sale" }, []]);
  }
  expect(await factsOf(project)).toEqual(orders.map(() => FACTS));
  const window = { from: Date.now() - 60 * MINUTE_MS, to: Date.now() + MINUTE_MS };
  const before = { from: window.from - 60 * MINUTE_MS, to: window.from };
  expect(await topSources(scopeOf(project), window, before, 5)).toEqual([
    { name: "mail.example", count: orders.length, before: 0 },
  ]);
  const filter = { after: window.from, before: window.to, source: "mail.example" };
  expect((await listVisits(scopeOf(project), { filter, limit: 100 })).rows).toHaveLength(orders.length);
});

test("the first touch does not depend on the order within a batch, nor on sending it twice", async () => {
  const project = await makeProject();
  const batch = visit("u1").reverse();
  for (let i = 0; i < 2; i++) await send(`${server.url()}/track`, { batch }, asServer(project.write));
  expect(await sourcesOf(project, "u1")).toMatchObject([{ source: "mail.example", entryPage: "/sale" }]);
  expect(await factsOf(project)).toEqual([FACTS]);
});

test("an older session without a dated context adopts the first context with a page and keeps it", async () => {
  const project = await makeProject();
  const [login, event, page, next] = visit("u1");
  await send(`${server.url()}/track`, event, asServer(project.write));
  await pool().query("UPDATE sessions SET context_at = NULL, context_id = NULL WHERE project_id = $1", [project.id]);
  await send(`${server.url()}/track`, login, asServer(project.write));
  await send(`${server.url()}/track`, next, asServer(project.write));
  expect(await sourcesOf(project, "u1")).toMatchObject([{ source: "other" }]);
  await pool().query("UPDATE sessions SET context_at = NULL, context_id = NULL WHERE project_id = $1", [project.id]);
  await send(`${server.url()}/track`, page, asServer(project.write));
  expect((await sourcesOf(project, "u1")).map(({ source }) => source)).toEqual(["other"]);
});

test("if the first session has no page, the next one decides the source", async () => {
  const project = await makeProject();
  const [login] = visit("u1");
  await send(
    `${server.url()}/track`,
    { ...login, timestamp: new Date(Date.now() - 86_400_000) },
    asServer(project.write),
  );
  await send(`${server.url()}/track`, { batch: visit("u1") }, asServer(project.write));
  expect(await factsOf(project)).toEqual([FACTS]);
});

describe("login first, then the page:", () => {
  const post = (project: TestProject, path: string, body: unknown) =>
    send(`${server.url()}${path}`, body, {
      origin: "https://shop.example",
      "openpanel-client-id": project.write.clientId,
    });
  const at = (afterMs: number) => new Date(Date.now() - MINUTE_MS + afterMs).toISOString();
  test.each<[string, (project: TestProject) => Promise<unknown>[]]>([
    [
      "OpenPanel",
      (project) => [
        post(project, "/track", { type: "identify", payload: { profileId: "u1", email: "a@shop.example" } }),
        post(project, "/track", {
          type: "track",
          payload: { name: "screen_view", profileId: "u1", properties: { __path: AD } },
        }),
      ],
    ],
    [
      "Segment",
      (project) => {
        const writeKey = project.write.clientId;
        const who = { writeKey, userId: "u1", anonymousId: "a1" };
        const page = { url: AD, path: "/sale", search: "?utm_source=newsletter" };
        return [
          post(project, "/v1/i", { ...who, type: "identify", traits: { plan: "pro" }, timestamp: at(0) }),
          post(project, "/v1/p", { ...who, type: "page", properties: page, context: { page }, timestamp: at(5) }),
        ];
      },
    ],
    [
      "PostHog",
      (project) => {
        const properties = { token: project.write.clientId, distinct_id: "u1", $device_id: "d1", $session_id: newId() };
        return [
          post(project, "/e/", {
            event: "$identify",
            properties: { ...properties, $anon_distinct_id: "d1" },
            timestamp: at(0),
          }),
          post(project, "/e/", {
            event: "$pageview",
            properties: { ...properties, $is_identified: true, $current_url: AD },
            timestamp: at(5),
          }),
        ];
      },
    ],
    [
      "Mixpanel",
      (project) => {
        const properties = {
          token: project.write.clientId,
          distinct_id: "u1",
          $device_id: "d1",
          $user_id: "u1",
          mp_lib: "web",
        };
        const time = Date.now() / 1000 - 60;
        return [
          post(project, "/track/", [
            { event: "$identify", properties: { ...properties, $anon_distinct_id: "$device:d1", time } },
          ]),
          post(project, "/track/", [
            {
              event: "$mp_web_page_view",
              properties: { ...properties, current_url_path: "/sale", $current_url: AD, time: time + 1 },
            },
          ]),
        ];
      },
    ],
  ])("%s", async (_sdk, requests) => {
    const project = await makeProject();
    for (const request of requests(project)) expect(await request).toMatchObject({ status: 200 });
    const sources = (await sourcesOf(project, "u1")).map(({ source }) => source);
    expect(sources).toEqual(["newsletter"]);
    expect(await factsOf(project)).toMatchObject([
      { source: "newsletter", landing_path: "/sale", utm_campaign: "spring" },
    ]);
  });
});
