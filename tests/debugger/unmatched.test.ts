import { beforeAll, expect, test } from "vitest";
import { recentMessages } from "@/lib/debugger/relay";
import { UNMATCHED_KEPT } from "@/lib/debugger/unmatched";
import { newId } from "@/lib/ids";
import { debuggerView } from "@/lib/ingest/http/debugger-view";
import { updateProjectFromText } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { asBrowser, makeProject, send, serveIngest, type TestProject } from "../ingest/support";

const ingest = serveIngest();
const ELSEWHERE = new Headers({ "x-forwarded-for": "203.0.113.9" });
/** serveIngest listens on 127.0.0.1, so this file's requests come from that address. */
const HERE = new Headers({ "x-forwarded-for": "127.0.0.1" });
const scopeOf = ({ id }: TestProject) => grantScope(id, "system:test");
let shop: TestProject;
beforeAll(async () => {
  shop = await makeProject();
});

test("a body that is not JSON appears in the debugger of its key's project", async () => {
  expect((await send(`${ingest.url()}/track`, '{"type": "track",', asBrowser(shop.write))).status).toBe(400);
  expect(recentMessages(scopeOf(shop)).entries.at(-1)).toMatchObject({
    via: "/track",
    reasons: ["The body is not valid JSON."],
  });
});

test("an unknown key is only shown to members at the same address, with the start of the id", async () => {
  const unknown = newId();
  expect((await send(`${ingest.url()}/track`, { type: "track" }, { "throughline-client-id": unknown })).status).toBe(
    401,
  );
  const here = await debuggerView(scopeOf(shop), HERE);
  expect(here.unmatched[0]).toMatchObject({ via: "/track", origin: null });
  expect(here.unmatched[0]?.reason).toContain(
    `unknown or was revoked. Copy it again from Settings, Keys. It began with ${unknown.slice(0, 8)}.`,
  );
  expect(JSON.stringify(here)).not.toContain(unknown);
  expect((await debuggerView(scopeOf(shop), ELSEWHERE)).unmatched).toEqual([]);
});

test("an unknown key from a project's own site is shown to all its members, and in no other project", async () => {
  const site = await makeProject();
  const other = await makeProject();
  await updateProjectFromText(scopeOf(site), { domain: "stray.example" });
  const headers = { "throughline-client-id": newId(), origin: "https://www.stray.example" };
  await send(`${ingest.url()}/track`, { type: "track" }, headers);
  expect((await debuggerView(scopeOf(site), ELSEWHERE)).unmatched.map(({ origin }) => origin)).toEqual([
    headers.origin,
  ]);
  expect((await debuggerView(scopeOf(other), ELSEWHERE)).unmatched).toEqual([]);
  await updateProjectFromText(scopeOf(other), { allowedOrigins: "*" });
  expect((await debuggerView(scopeOf(other), ELSEWHERE)).unmatched).toEqual([]);
});

test("this machine is one address under all of its names", async () => {
  await send(`${ingest.url()}/track`, { type: "track" }, { "throughline-client-id": newId() });
  const { unmatched } = await debuggerView(scopeOf(shop), new Headers({ "x-forwarded-for": "::1" }));
  expect(unmatched).toEqual((await debuggerView(scopeOf(shop), HERE)).unmatched);
  expect(unmatched.length).toBeGreaterThan(0);
});

test("memory is bounded", async () => {
  for (let i = 0; i < UNMATCHED_KEPT + 5; i++) await send(`${ingest.url()}/track`, { type: "track" });
  expect((await debuggerView(scopeOf(shop), HERE)).unmatched).toHaveLength(UNMATCHED_KEPT);
});
