import { strFromU8, unzipSync } from "fflate";
import { beforeAll, expect, test } from "vitest";
import { flushAccessLog, recordAccess } from "@/lib/access-log/access-log.store";
import type { Audience } from "@/lib/api/person-data";
import { personFileResponse } from "@/lib/api/person-file";
import * as schemas from "@/lib/api/person-file-schemas";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { addNote } from "@/lib/notes/notes.store";
import { getProfile } from "@/lib/profiles/person/person.queries";
import { grantScope, type Scope, SEES_MASKED } from "@/lib/scope";
import { makeModelProject } from "../identity/run";

const NOW = Date.now();
const MINUTE_MS = 60_000;
/** More than the file reads at once. */
const EVENTS = 1_100;
let scope: Scope<"manage">;

function operation(changes: Partial<Operation>): Operation {
  return {
    id: newId(),
    ts: NOW - 60 * MINUTE_MS,
    receivedAt: NOW,
    kind: "event",
    name: "screen_view",
    user: "ada",
    anon: "device-ada",
    streamClass: "sdk",
    sessionId: null,
    claim: true,
    active: true,
    context: { country: "DE" },
    revenue: null,
    groups: [],
    properties: {},
    changes: [],
    alias: null,
    warnings: [],
    ...changes,
  };
}

beforeAll(async () => {
  const project = await makeModelProject(pool());
  scope = grantScope(project.id, "member:test");
  await applyBatch(pool(), project, [
    operation({
      kind: "identify",
      name: "identify",
      properties: { plan: "pro" },
      changes: [
        { mode: "set", key: "plan", value: "pro" },
        { mode: "set", key: "email", value: "ada@person.example" },
        { mode: "set", key: "motto", value: "<script>alert(1)</script>" },
      ],
    }),
    ...Array.from({ length: EVENTS }, (_, i) =>
      operation({ name: "export", groups: ["acme"], properties: { number: i }, ts: NOW - (EVENTS - i) * 1_000 }),
    ),
    operation({ name: "consent", properties: { granted: true, version: "2026-05" } }),
    operation({ user: "bob", anon: "device-bob", name: "secret_of_bob" }),
  ]);
  await addNote(scope, "u:ada", { authorId: newId(), body: "Asked for her data.", members: [], now: NOW });
  await refreshAllFacts(pool(), project.id);
  recordAccess({ projectId: project.id, at: NOW, actor: `member:${newId()}`, act: "person", person: "u:ada" });
  await flushAccessLog();
}, 60_000);

async function fileOf(ref: string) {
  const person = await getProfile(scope, ref);
  if (!person) throw new Error(`nobody is ${ref}`);
  const response = personFileResponse({ scope, person, audience: "team", now: NOW }, "json");
  expect(response.headers.get("content-disposition")).toMatch(/attachment; filename="user-\d{4}-\d\d-\d\d\.json"/);
  return response.text();
}

test("a person's file is JSON with everything stored about them, all pages of it, and nothing about anybody else", async () => {
  const text = await fileOf("u:ada");
  const file = JSON.parse(text);
  expect(schemas.personFileSchema.parse(file)).toEqual(file);
  expect(file.lookedAtBy).toMatchObject([{ who: "a former member", did: "viewed", times: 1 }]);
  expect(file.consents).toMatchObject([{ granted: true, version: "2026-05", purposes: [] }]);
  expect(file.retention).toEqual({ days: 0, byEvent: [] });
  expect(file.profile).toMatchObject({ ref: "u:ada", properties: { plan: "pro" }, anonymousIds: ["device-ada"] });
  expect(file.identities.map((one: { kind: string; id: string }) => [one.kind, one.id])).toEqual([
    ["user", "ada"],
    ["device", "device-ada"],
  ]);
  expect(file.accounts).toEqual(["acme"]);
  expect(file.notes).toMatchObject([{ body: "Asked for her data.", author: null }]);
  expect(file.sessions.length).toBeGreaterThan(0);
  const events = file.events as { name: string; kind: string; properties: { number?: number } }[];
  expect(events).toHaveLength(EVENTS + 2);
  const numbers = events.flatMap(({ properties }) => properties.number ?? []);
  expect(numbers).toEqual(Array.from({ length: EVENTS }, (_, i) => EVENTS - 1 - i));
  expect(events.find(({ kind }) => kind === "identify")).toBeDefined();
  expect(text).not.toMatch(/bob/);
});

test("somebody with almost no data has a file, too", async () => {
  const file = JSON.parse(await fileOf("u:bob"));
  expect(file.notes).toEqual([]);
  expect(file.events).toHaveLength(1);
});

async function zipOf(audience: Audience, by: Scope = scope): Promise<Record<string, string>> {
  const person = await getProfile(by, "u:ada");
  if (!person) throw new Error("nobody is ada");
  const response = personFileResponse({ scope: by, person, audience, now: NOW }, "zip");
  expect(response.headers.get("content-type")).toBe("application/zip");
  expect(response.headers.get("content-disposition")).toMatch(/filename="user-\d{4}-\d\d-\d\d\.zip"/);
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

test("the zip has the same data, and a page to read that needs nothing else and runs nothing", async () => {
  const { "data.json": data = "", "readable.html": page = "", ...others } = await zipOf("team");
  expect(others).toEqual({});
  expect(JSON.parse(data)).toEqual(JSON.parse(await fileOf("u:ada")));
  expect(page.match(/<li>\d\d:\d\d:\d\d <b>export<\/b>/g)).toHaveLength(EVENTS);
  for (const words of [
    "ada@person.example",
    "device-ada",
    "number: 1099",
    "Asked for her data.",
    "a former member",
    "2026-05",
  ])
    expect(page).toContain(words);
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toMatch(/<script|\bsrc=|\bhref=|@import|url\(|bob/);
  expect(page.trimEnd().endsWith("</html>")).toBe(true);
});

test("the person's own copy names no member", async () => {
  const files = Object.values(await zipOf("person")).join();
  expect(files).not.toContain("a former member");
  expect(files).toContain("a member of the team");
});

test("a reader who may not see names gets a file without them", async () => {
  const files = Object.values(await zipOf("team", { ...scope, sight: SEES_MASKED })).join();
  expect(files).not.toContain("ada@person.example");
  expect(files).toContain("device-ada");
});
