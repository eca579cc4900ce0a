import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { accessesOf, listLog } from "@/lib/access-log/access-log.queries";
import { deleteOldEntries, flushAccessLog, forgetRecentViews, recordAccess } from "@/lib/access-log/access-log.store";
import { requireMember, requireMemberApi, requirePermission } from "@/lib/auth/guard";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { flushPending, pool } from "@/lib/db/pool";
import { exportLog } from "@/lib/export/access-log";
import { PREFETCH_HEADER } from "@/lib/http/prefetch";
import { GIVEN_HEADER, givenIn, PATH_HEADER } from "@/lib/http/requested-path";
import { eraseByRef } from "@/lib/privacy/erase";
import { eraseDeleted } from "@/lib/privacy/erase-project.store";
import { requireClient } from "@/lib/projects/clients";
import { requireSettings } from "@/lib/projects/clients.store";
import { type ClientKeys, createClient } from "@/lib/projects/projects.store";
import { grantScope } from "@/lib/scope";
import { asServer, send, serveIngest } from "../ingest/support";
import { browser } from "../support/browser";

vi.mock("next/headers", async () => (await import("../support/browser")).nextHeaders);

const ingest = serveIngest();
let projectId: string;
let memberId: string;
let read: ClientKeys;
let write: ClientKeys;
const scope = () => grantScope(projectId, "system:test");

beforeAll(async () => {
  const input = { email: "olga@example.com", password: "correct horse battery", name: "Olga", projectName: "Shop" };
  ({ projectId, memberId, write } = await signUp(input));
  const member = await verifyCredentials(input.email, input.password);
  if (member) await startSession(member, "x");
  read = await createClient(scope(), { name: "Billing", mode: "read" });
});

beforeEach(async () => {
  await flushAccessLog();
  // One round trip, so that the setting is this transaction's.
  await pool().query("BEGIN; SET LOCAL throughline.access_log = 'delete'; DELETE FROM access_log; COMMIT");
  forgetRecentViews();
});

const track = (profileId: string, more: object = {}) =>
  send(`${ingest.url()}/api/track`, { type: "track", payload: { name: "click", profileId, ...more } }, asServer(write));

/** As server.ts passes a request on. */
function ask(url: string): void {
  browser.headers = new Headers({ [PATH_HEADER]: url.split("?")[0] ?? "", [GIVEN_HEADER]: givenIn(url) });
}
const open = async (url: string) => {
  ask(`/${projectId}${url}`);
  await requireMember(projectId);
};
const logged = async () => {
  await flushAccessLog();
  return (await listLog(scope(), {}, { limit: 100 })).rows;
};

test("a page is one view per member, person and five minutes, of the person in its address", async () => {
  await track("ada/1");
  await track("bob");
  await open("/users/u%3Aada%2F1");
  await open("/users/u%3Aada%2F1/notes");
  await open("/users/u%3Abob");
  await open("/users/u%3Aada%2F1");
  const rows = await logged();
  expect(rows.map(({ act, person }) => [act, person])).toEqual([
    ["person", { ref: "u:bob", name: "bob" }],
    ["person", { ref: "u:ada/1", name: "ada/1" }],
  ]);
  expect(rows[0]?.actor).toBe(`member:${memberId}`);
  expect(await accessesOf(scope(), { person: "u:bob" })).toMatchObject([{ actor: `member:${memberId}`, times: 1 }]);
  expect(await accessesOf(scope(), { person: "u:eve" })).toEqual([]);
});

test("a search is logged as a search, and its text is stored nowhere", async () => {
  await open("/users?search=unmistakable%40private.example");
  await open("/users?search=");
  ask(`/api/projects/${projectId}/search?q=unmistakable`);
  await requireMemberApi(projectId);
  expect((await logged()).map(({ act }) => act)).toEqual(["search_all", "people", "search_people"]);
  const { rows } = await pool().query("SELECT l::text AS row FROM access_log l");
  expect(JSON.stringify(rows)).not.toContain("unmistakable");
});

test("a filter is a search, as it may name one person", async () => {
  const filter = `filter=${encodeURIComponent("and(prop(email,text,oneOf,unmistakable@private.example))")}`;
  for (const list of ["/users", "/accounts", "/events", "/sessions"]) await open(`${list}?${filter}`);
  const url = `http://x/api/v1/profiles?${filter}`;
  await requireClient(new Request(url, { headers: asServer(read) }));
  expect((await logged()).map(({ act }) => act)).toEqual([
    "search_people",
    "search_visits",
    "search_events",
    "search_accounts",
    "search_people",
  ]);
});

test("exports and changes are logged each time, API clients like members", async () => {
  for (let n = 0; n < 2; n++) {
    ask(`/${projectId}/users/export`);
    await requireMemberApi(projectId);
    ask(`/${projectId}/users/u%3Abob/notes`);
    await requirePermission(projectId, "edit", "note");
  }
  await requireClient(new Request("http://x/api/v1/profiles/u%3Abob/events?limit=1", { headers: asServer(read) }));
  const rows = await logged();
  expect(rows.filter(({ act }) => act === "export_people")).toHaveLength(2);
  expect(rows.filter(({ act }) => act === "note").map(({ person }) => person)).toMatchObject([
    { ref: "u:bob" },
    { ref: "u:bob" },
  ]);
  expect(rows[0]).toMatchObject({ act: "person", actor: `client:${read.clientId}`, person: { ref: "u:bob" } });
});

test("refused requests, and pages that show nobody, leave no entry", async () => {
  await open("/settings/team");
  await open("/setup");
  const wrong = { ...asServer(read), "throughline-client-secret": "x" };
  await expect(requireClient(new Request("http://x/api/v1/profiles", { headers: wrong }))).rejects.toThrow();
  expect(await logged()).toEqual([]);
});

test("a merge shows what was looked at before it; an anonymous id is its person", async () => {
  await track("ann", { properties: { __deviceId: "d-ann" } });
  await track("ann2");
  await open("/users/u%3Aann2");
  await open("/users/a%3Ad-ann");
  await logged();
  await send(
    `${ingest.url()}/api/track`,
    { type: "alias", payload: { profileId: "ann", alias: "ann2" } },
    asServer(write),
  );
  const { rows } = await listLog(scope(), { person: "u:ann" }, { limit: 10 });
  expect(rows).toHaveLength(2);
});

test("after an erasure the log says who did what, about somebody who no longer resolves", async () => {
  await track("zoe.unmistakable@private.example", { properties: { __deviceId: "zoe-unmistakable-device" } });
  await open(`/users/${encodeURIComponent("u:zoe.unmistakable@private.example")}`);
  ask(`/${projectId}/users/${encodeURIComponent("u:zoe.unmistakable@private.example")}/privacy/export`);
  await requireMemberApi(projectId);
  await flushAccessLog();
  // Looked at just before, and written just after the erasure.
  recordAccess({
    projectId,
    actor: "member:late",
    at: Date.now(),
    act: "export_timeline",
    person: "u:zoe.unmistakable@private.example",
  });
  const settings = await requireSettings(scope());
  const options = { dryRun: false, suppress: false, now: Date.now() };
  await eraseByRef(
    grantScope(projectId, `member:${memberId}`),
    settings,
    "u:zoe.unmistakable@private.example",
    options,
  );
  const rows = await logged();
  expect(rows.map(({ act }) => act).toSorted()).toEqual(["erase_person", "export_person", "export_timeline", "person"]);
  expect(rows.filter(({ person }) => person === "gone").length).toBeGreaterThanOrEqual(3);
  expect(await (await exportLog(scope(), {})).text()).not.toContain("unmistakable");
  const { rows: stored } = await pool().query("SELECT l::text AS row FROM access_log l");
  expect(JSON.stringify(stored)).not.toContain("unmistakable");
});

test("nobody can change or delete an entry, except the log's own retention", async () => {
  const now = Date.now();
  const entry = { projectId, actor: "member:x", act: "export_people" } as const;
  recordAccess({ ...entry, at: now - 400 * 86_400_000 });
  recordAccess({ ...entry, at: now });
  await flushAccessLog();
  await expect(pool().query("UPDATE access_log SET actor = 'member:y'")).rejects.toThrow("append-only");
  await expect(pool().query("DELETE FROM access_log")).rejects.toThrow("append-only");
  await expect(pool().query("TRUNCATE access_log")).rejects.toThrow("append-only");
  const lenient = "BEGIN; SET LOCAL throughline.access_log = 'delete'; TRUNCATE access_log; COMMIT";
  await expect(pool().query(lenient)).rejects.toThrow("append-only");
  expect(await deleteOldEntries(pool(), now)).toEqual({ deleted: 1, hasMore: false });
  expect(await deleteOldEntries(pool(), now)).toEqual({ deleted: 0, hasMore: false });
  expect(await logged()).toHaveLength(1);
});

test("pages follow each other without gaps, newest first, filtered by who, what and when", async () => {
  const start = Date.now() - 1_000;
  for (let n = 0; n < 25; n++)
    recordAccess({
      projectId,
      actor: `member:${n % 2}`,
      at: start + n,
      act: n % 5 === 0 ? "export_people" : "settings",
    });
  await flushAccessLog();
  const times: number[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const { rows, next } = await listLog(scope(), {}, { limit: 10, cursor });
    times.push(...rows.map(({ at }) => at));
    cursor = next ?? undefined;
    more = next !== null;
  }
  expect(times).toEqual(Array.from({ length: 25 }, (_, n) => start + 24 - n));
  const filter = { actor: "member:0", kind: "export", after: start + 1, before: start + 20 } as const;
  expect((await listLog(scope(), filter, { limit: 100 })).rows.map(({ at }) => at)).toEqual([start + 10]);
  expect((await (await exportLog(scope(), { kind: "export" })).text()).trim().split("\n")).toHaveLength(6);
  const stranger = grantScope(crypto.randomUUID(), "system:test");
  expect((await listLog(stranger, {}, { limit: 10 })).rows).toEqual([]);
});

test("entries that cannot be written wait for the next try, in order", async () => {
  const entry = { projectId, actor: "member:x", act: "settings" } as const;
  recordAccess({ ...entry, at: 1 });
  await expect(flushAccessLog({ query: () => Promise.reject(new Error("away")) } as never)).rejects.toThrow("away");
  recordAccess({ ...entry, at: 2, account: "\u0000" });
  await Promise.all([flushAccessLog(), flushAccessLog()]);
  expect((await logged()).map(({ at }) => at)).toEqual([2, 1]);
});

test("one round deletes a bounded number of entries and reports whether more are left", async () => {
  await pool().query(
    `INSERT INTO access_log (project_id, at, actor, what)
     SELECT $1, now() - interval '500 days', 'member:x', 'settings' FROM generate_series(1, 11000)`,
    [projectId],
  );
  expect(await deleteOldEntries(pool(), Date.now(), undefined, 2)).toEqual({ deleted: 10_000, hasMore: true });
  expect(await deleteOldEntries(pool(), Date.now())).toEqual({ deleted: 1_000, hasMore: false });
});

test("a view that was dropped because too many waited is recorded the next time", async () => {
  const view = { projectId, actor: "member:x", act: "person", person: "u:bob" } as const;
  for (let n = 0; n < 20_000; n++) recordAccess({ projectId, actor: "member:y", act: "settings", at: 1 });
  recordAccess({ ...view, at: 2 });
  await flushAccessLog();
  recordAccess({ ...view, at: 3 });
  await flushAccessLog();
  const { rows } = await listLog(scope(), { actor: "member:x" }, { limit: 10 });
  expect(rows.map(({ at }) => at)).toEqual([3]);
});

test("a prefetched page is not logged as viewed; a prefetched route, which answers in full, is", async () => {
  const ahead = (path: string) => {
    ask(`/${projectId}${path}`);
    browser.headers.set(PREFETCH_HEADER, "router");
  };
  ahead("/users");
  await requireMember(projectId);
  expect(await logged()).toEqual([]);
  ahead("/users/export");
  await requireMemberApi(projectId);
  ahead("/users");
  await requirePermission(projectId, "edit", "note");
  expect((await logged()).map(({ act }) => act)).toEqual(["note", "export_people"]);
});

test("waiting entries are written before the process' connections end", async () => {
  recordAccess({ projectId, actor: "member:z", act: "settings", at: 4 });
  await flushPending();
  const { rows } = await pool().query("SELECT actor FROM access_log");
  expect(rows).toEqual([{ actor: "member:z" }]);
});

test("the log is deleted with its project", async () => {
  recordAccess({ projectId, actor: "member:x", act: "settings", at: Date.now() });
  await flushAccessLog();
  await pool().query("UPDATE projects SET erase_at = now() - interval '1 day' WHERE id = $1", [projectId]);
  expect(await eraseDeleted(pool(), Date.now())).toBe(1);
  expect((await pool().query("SELECT FROM access_log")).rowCount).toBe(0);
});

test("an entry of a newer version, while an older one still runs, is shown by its name", async () => {
  await pool().query(
    "INSERT INTO access_log (project_id, at, actor, what) VALUES ($1, now(), 'system:newer', 'tomorrows_act')",
    [projectId],
  );
  const text = await (await exportLog(scope(), {})).text();
  expect(text).toMatch(/changed,tomorrows_act/i);
});
