import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/v1/profiles/[ref]/features/route";
import { pool } from "@/lib/db/pool";
import { featuresOf, featuresOfPerson } from "@/lib/features/features.queries";
import { saveFeatures } from "@/lib/features/features.store";
import type { Feature } from "@/lib/features/rule";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope, type Scope } from "@/lib/scope";
import { asServer, makeProject, send, serveIngest, type TestProject } from "../ingest/support";

const ingest = serveIngest();
const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.now();
let shop: TestProject;
let elsewhere: TestProject;
let other: Scope<"manage">;
let scope: Scope<"manage">;

beforeAll(async () => {
  shop = await makeProject();
  scope = grantScope(shop.id, "system:test");
  elsewhere = await makeProject();
  other = grantScope(elsewhere.id, "system:test");
  const track = (profileId: string, name: string, days: number) => ({
    type: "track",
    payload: { name, profileId, timestamp: new Date(NOW - days * DAY_MS).toISOString() },
  });
  for (const message of [
    track("ada", "screen_view", 9),
    track("ada", "invite_sent", 8),
    track("ada", "report_exported", 5),
    track("ada", "report_exported", 2),
    track("bob", "report_exported", 3),
    track("bob", "csv_imported", 4),
  ])
    await send(`${ingest.url()}/track`, message, asServer(shop.root));
  await refreshAllFacts(pool(), shop.id, NOW);
}, 60_000);

test("until a list is saved, the most used events are suggested, without navigation events", async () => {
  const { features, isSuggested } = await featuresOf(scope);
  expect(isSuggested).toBe(true);
  expect(features.map(({ name }) => name)).toEqual(["Report exported", "Csv imported", "Invite sent"]);
  expect((await featuresOf(other)).features).toEqual([]);
});

test("a saved list keeps its order, and ids when renamed; an empty one restores the suggestions", async () => {
  await saveFeatures(scope, [
    { id: "", name: "Reports", events: ["report_exported", "csv_imported"] },
    { id: "", name: "Chat", events: ["chat_opened"] },
  ]);
  const first = await featuresOf(scope);
  expect(first).toMatchObject({ isSuggested: false, features: [{ name: "Reports" }, { name: "Chat" }] });
  const [reports, chat] = first.features as [Feature, Feature];
  await saveFeatures(scope, [chat, { ...reports, name: "Exports" }]);
  expect((await featuresOf(scope)).features).toEqual([chat, { ...reports, name: "Exports" }]);
  await expect(saveFeatures(scope, [{ id: "", name: "", events: ["x"] }])).rejects.toMatchObject({
    code: "unprocessable",
    message: "A feature needs a name.",
  });
  // Somebody else's id becomes a new one; the other project's list stays its own.
  await saveFeatures(other, [{ ...chat, name: "Theirs" }]);
  expect((await featuresOf(other)).features[0]?.id).not.toBe("");
  expect((await featuresOf(scope)).features[0]).toEqual(chat);
  await saveFeatures(other, []);
  expect((await featuresOf(other)).isSuggested).toBe(true);
});

test("a person's features: tried, how often, first, last, and not tried", async () => {
  const { features } = await featuresOfPerson(scope, "u:ada");
  expect(features.map(({ name, use }) => [name, use && [use.events, NOW - use.firstAt, NOW - use.lastAt]])).toEqual([
    ["Exports", [2, 5 * DAY_MS, 2 * DAY_MS]],
    ["Chat", null],
  ]);
  await expect(featuresOfPerson(other, "u:ada")).rejects.toMatchObject({ code: "not_found" });
});

test("the API agrees, and another project finds nobody", async () => {
  const call = async (project: TestProject, ref: string) => {
    const url = `http://127.0.0.1/api/v1/profiles/${ref}/features`;
    return GET(new Request(url, { headers: asServer(project.read) }), { params: Promise.resolve({ ref }) });
  };
  const answer = await call(shop, "u:ada");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    suggested: false,
    data: [
      {
        name: "Exports",
        events: ["report_exported", "csv_imported"],
        times: 2,
        firstAt: new Date(NOW - 5 * DAY_MS).toISOString(),
        lastAt: new Date(NOW - 2 * DAY_MS).toISOString(),
      },
      { name: "Chat", events: ["chat_opened"], times: 0, firstAt: null, lastAt: null },
    ],
  });
  expect((await call(elsewhere, "u:ada")).status).toBe(404);
  expect((await call(shop, newId())).status).toBe(404);
});
