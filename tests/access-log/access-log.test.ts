import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { accessesOf, listAccessLog, loggedActors } from "@/lib/access-log/access-log.queries";
import {
  type AccessLogEntry,
  deleteOldAccessLogEntries,
  flushAccessLog,
  forgetRecentViews,
  recordAccess,
} from "@/lib/access-log/access-log.store";
import { requireMember, requireMemberApi, requirePermission, requireTeam } from "@/lib/auth/guard";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { flushPending, pool, transaction } from "@/lib/db/pool";
import { exportLog } from "@/lib/export/access-log";
import { ID_MAX_LENGTH } from "@/lib/format/id-length";
import { PREFETCH_HEADER } from "@/lib/http/prefetch";
import { GIVEN_HEADER, PATH_HEADER, queryNamesIn } from "@/lib/http/requested-path";
import { changeAccountMerge, eraseAccount } from "@/lib/ingest/corrections/accounts";
import { deleteOldAccessLog } from "@/lib/jobs/old-log";
import { eraseByRef, previewByRef } from "@/lib/privacy/erase";
import { eraseDeleted } from "@/lib/privacy/erase-project.store";
import { requireClient, requireServer } from "@/lib/projects/clients";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { type ClientKeys, createClient } from "@/lib/projects/projects.store";
import { grantScope } from "@/lib/scope";
import { asServer, send, serveIngest } from "../ingest/support";
import { browser } from "../support/browser";

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

/** Sends SET as its own message: Citus sends the whole message that has one on to the workers. */
const leniently = (statement: string) =>
  transaction(pool(), async (tx) => {
    await tx.query("SET LOCAL throughline.access_log = 'delete'");
    await tx.query(statement);
  });

beforeEach(async () => {
  await flushAccessLog();
  await leniently(`DELETE FROM access_log WHERE project_id = '${projectId}'`);
  forgetRecentViews();
});

const track = (profileId: string, more: object = {}) =>
  send(`${ingest.url()}/api/track`, { type: "track", payload: { name: "click", profileId, ...more } }, asServer(write));

/** As server.ts passes a request on. */
function ask(url: string): void {
  browser.headers = new Headers({ [PATH_HEADER]: url.split("?")[0] ?? "", [GIVEN_HEADER]: queryNamesIn(url) });
}
const open = async (url: string) => {
  ask(`/${projectId}${url}`);
  await requireMember(projectId);
};
const logged = async () => {
  await flushAccessLog();
  return (await listAccessLog(scope(), {}, { limit: 100 })).rows;
};

test("a page logs one view per member and person every five minutes", async () => {
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

test("only the same member's same view of the same subject counts as one, and only for five minutes", async () => {
  const { projectId: other } = await signUp({
    email: "oda@example.com",
    password: "correct horse battery",
    name: "Oda",
    projectName: "Another",
  });
  const view = { projectId, actor: "member:x", at: 1, act: "person", person: "u:bob" } as const;
  const { person: _, ...ofNobody } = view;
  const different: AccessLogEntry[] = [
    view,
    { ...view, actor: "member:y" },
    { ...view, projectId: other },
    { ...view, person: "u:eve" },
    { ...view, act: "merge_candidates" },
    { ...view, act: "preview_erasure" },
    { ...ofNobody, act: "account", account: "acme" },
    { ...ofNobody, act: "account", account: "beta" },
    { ...ofNobody, act: "people" },
    { ...ofNobody, act: "accounts" },
  ];
  const recorded = async () => {
    for (const entry of [...different, ...different]) recordAccess(entry);
    await flushAccessLog();
    const { rows } = await pool().query("SELECT FROM access_log WHERE project_id = ANY($1)", [[projectId, other]]);
    return rows.length;
  };
  expect(await recorded()).toBe(different.length);
  const soon = performance.now() + 4 * 60_000;
  const clock = vi.spyOn(performance, "now").mockReturnValue(soon);
  await setTimeout(10); // the cache reads the clock once a millisecond
  expect(await recorded()).toBe(different.length);
  clock.mockReturnValue(soon + 2 * 60_000);
  await setTimeout(10);
  expect(await recorded()).toBe(2 * different.length);
  clock.mockRestore();
});

test("an account's entries are those of all its ids, and of no other account", async () => {
  const groups = ["acme", "acme-old", "beta"];
  await track("ada", { groups });
  await changeAccountMerge(grantScope(projectId, "member:x"), ["acme", "acme-old"], true);
  for (const account of groups) recordAccess({ projectId, actor: "member:x", at: 1, act: "account", account });
  await flushAccessLog();
  for (const account of ["acme", "acme-old"]) {
    const { rows } = await listAccessLog(scope(), { account }, { limit: 10 });
    expect(rows.map((row) => row.account?.id)).toEqual(["acme-old", "acme"]);
    expect(await accessesOf(scope(), { account })).toMatchObject([{ actor: "member:x", times: 2, acts: ["account"] }]);
  }
  expect(await accessesOf(scope(), { account: "beta" })).toMatchObject([{ times: 1 }]);
  expect(await accessesOf(scope(), { account: "unknown" })).toEqual([]);
});

test("the log of a person includes what was recorded of their device before it was known to be theirs", async () => {
  await track("", { profileId: undefined, properties: { __deviceId: "d-lee" } });
  await open("/users/a%3Ad-lee");
  await flushAccessLog();
  await track("lee", { properties: { __deviceId: "d-lee" } });
  const { rows } = await listAccessLog(scope(), { person: "u:lee" }, { limit: 10 });
  expect(rows.map(({ act }) => act)).toEqual(["person"]);
});

test("the list of those who left entries names nobody of another project", async () => {
  recordAccess({ projectId, actor: "member:x", act: "settings", at: 1 });
  recordAccess({ projectId, actor: "client:y", act: "settings", at: 2 });
  await flushAccessLog();
  expect(await loggedActors(scope())).toEqual(["client:y", "member:x"]);
  expect(await loggedActors(grantScope(crypto.randomUUID(), "system:test"))).toEqual([]);
});

test("an action that names its person is logged about them, whatever page called it", async () => {
  await track("bob");
  await track("eve");
  ask(`/${projectId}/users/u%3Abob`);
  await requirePermission(projectId, "edit", { act: "correction", person: "u:eve" });
  await requireMember(projectId, { act: "merge_candidates", person: "u:eve" });
  await requireTeam(projectId, "administer", { act: "team" });
  const rows = await logged();
  expect(rows.map(({ act, person }) => [act, person && person !== "gone" ? person.ref : person])).toEqual([
    ["team", "u:bob"],
    ["merge_candidates", "u:eve"],
    ["correction", "u:eve"],
    ["person", "u:bob"],
  ]);
});

test("an entry is written without being asked to, also after a try that failed", async () => {
  const entry = { projectId, actor: "member:x", act: "settings" } as const;
  const written = async () =>
    (await pool().query("SELECT FROM access_log WHERE project_id = $1", [projectId])).rowCount;
  recordAccess({ ...entry, at: 1 });
  await vi.waitUntil(async () => (await written()) === 1, 20_000);
  await pool().query("ALTER TABLE access_log RENAME TO away");
  const reported = vi.spyOn(console, "error").mockImplementation(() => undefined);
  recordAccess({ ...entry, at: 2 });
  await vi.waitUntil(() => reported.mock.calls.length > 0, 20_000);
  reported.mockRestore();
  await pool().query("ALTER TABLE away RENAME TO access_log");
  await vi.waitUntil(async () => (await written()) === 2, 20_000);
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

test("exports, changes and erasures are logged each time, API clients like members", async () => {
  for (let n = 0; n < 2; n++) {
    ask(`/${projectId}/users/export`);
    await requireMemberApi(projectId);
    ask(`/${projectId}/users/u%3Abob/notes`);
    await requirePermission(projectId, "edit", "note");
    recordAccess({ projectId, actor: "member:x", act: "erase_people", at: n });
  }
  await requireClient(new Request("http://x/api/v1/profiles/u%3Abob/events?limit=1", { headers: asServer(read) }));
  const alias = new Request("http://x/api/v1/profiles/u%3Abob/alias", { method: "POST", headers: asServer(write) });
  await requireServer(alias);
  const rows = await logged();
  for (const each of ["export_people", "erase_people"]) expect(rows.filter(({ act }) => act === each)).toHaveLength(2);
  expect(rows.filter(({ act }) => act === "note").map(({ person }) => person)).toMatchObject([
    { ref: "u:bob" },
    { ref: "u:bob" },
  ]);
  expect(rows.slice(0, 2)).toMatchObject([
    { act: "correction", actor: `client:${write.clientId}`, person: { ref: "u:bob" } },
    { act: "person", actor: `client:${read.clientId}`, person: { ref: "u:bob" } },
  ]);
});

test("refused requests, and pages that show nobody, leave no entry", async () => {
  await open("/settings/team");
  await open("/setup");
  const wrong = { ...asServer(read), "throughline-client-secret": "x" };
  await expect(requireClient(new Request("http://x/api/v1/profiles", { headers: wrong }))).rejects.toThrow();
  expect(await logged()).toEqual([]);
});

test("a merge keeps earlier views visible; an anonymous id leads to its person", async () => {
  await track("ann", { properties: { __deviceId: "d-ann" } });
  await track("ann2");
  await open("/users/u%3Aann2");
  await open("/users/a%3Ad-ann");
  expect((await logged()).map(({ person }) => person)).toMatchObject([{ ref: "u:ann" }, { ref: "u:ann2" }]);
  await send(
    `${ingest.url()}/api/track`,
    { type: "alias", payload: { profileId: "ann", alias: "ann2" } },
    asServer(write),
  );
  const { rows } = await listAccessLog(scope(), { person: "u:ann" }, { limit: 10 });
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
  const settings = await requireProjectSettings(scope());
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
  expect(rows.find(({ act }) => act === "erase_person")).toMatchObject({ actor: `member:${memberId}`, person: "gone" });
  const file = await (await exportLog(scope(), {})).text();
  expect(file).toContain("(erased)");
  expect(file).not.toContain("unmistakable");
  const { rows: stored } = await pool().query("SELECT l::text AS row FROM access_log l");
  expect(JSON.stringify(stored)).not.toContain("unmistakable");
});

test("a preview of an erasure and an erased account are logged, with who asked and about whom", async () => {
  await track("pia", { groups: ["gone-inc"] });
  const settings = await requireProjectSettings(scope());
  await previewByRef(grantScope(projectId, "member:x"), settings, "u:pia", Date.now());
  await eraseAccount(grantScope(projectId, "member:y"), "gone-inc");
  expect(await logged()).toMatchObject([
    { act: "erase_account", actor: "member:y", person: null, account: { id: "gone-inc", name: null } },
    { act: "preview_erasure", actor: "member:x", person: { ref: "u:pia" }, account: null },
  ]);
});

test("an export has every entry, however many", async () => {
  await pool().query(
    `INSERT INTO access_log (project_id, at, actor, what)
     SELECT $1, now(), 'member:x', 'settings' FROM generate_series(1, 501)`,
    [projectId],
  );
  expect((await (await exportLog(scope(), {})).text()).trim().split("\n")).toHaveLength(1 + 501);
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
  await expect(leniently("TRUNCATE access_log")).rejects.toThrow("append-only");
  expect(await deleteOldAccessLogEntries(pool(), projectId, now)).toEqual({ deleted: 1, hasMore: false });
  expect(await deleteOldAccessLogEntries(pool(), projectId, now)).toEqual({ deleted: 0, hasMore: false });
  expect(await logged()).toHaveLength(1);
});

test("pages have no gaps, newest first, filtered by who, what and when", async () => {
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
    const { rows, next } = await listAccessLog(scope(), {}, { limit: 10, cursor });
    times.push(...rows.map(({ at }) => at));
    cursor = next ?? undefined;
    more = next !== null;
  }
  expect(times).toEqual(Array.from({ length: 25 }, (_, n) => start + 24 - n));
  const filter = { actor: "member:0", kind: "export", after: start + 10, before: start + 20 } as const;
  expect((await listAccessLog(scope(), filter, { limit: 100 })).rows.map(({ at }) => at)).toEqual([start + 10]);
  expect((await (await exportLog(scope(), { kind: "export" })).text()).trim().split("\n")).toHaveLength(6);
  const stranger = grantScope(crypto.randomUUID(), "system:test");
  expect((await listAccessLog(stranger, {}, { limit: 10 })).rows).toEqual([]);
});

test("entries that cannot be written are retried, in order", async () => {
  const entry = { projectId, actor: "member:x", act: "settings" } as const;
  recordAccess({ ...entry, at: 1 });
  await expect(flushAccessLog({ query: () => Promise.reject(new Error("away")) } as never)).rejects.toThrow("away");
  recordAccess({ ...entry, at: 2, account: "\u0000" });
  await Promise.all([flushAccessLog(), flushAccessLog()]);
  expect((await logged()).map(({ at }) => at)).toEqual([2, 1]);
});

test("an address with an overlong id neither stops the log nor fills it", async () => {
  const incompressible = randomBytes(1_900).toString("hex");
  await open(`/accounts/${incompressible}`);
  await open(`/users/u%3A${incompressible}`);
  await open("/accounts/acme");
  const longest = "\u{1f44d}".repeat(ID_MAX_LENGTH);
  await open(`/accounts/${encodeURIComponent(longest)}`);
  const rows = await logged();
  expect(rows.map(({ account }) => account?.id ?? null)).toEqual([longest, "acme", null, null]);
});

test("an entry that Postgres rejects is written without its person, and blocks no other", async () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  const entry = { projectId, actor: "member:x", act: "settings" } as const;
  for (const [at, person] of [[1], [2, 2 ** 70], [3, 7]] as const) recordAccess({ ...entry, at, person });
  expect((await logged()).map(({ at }) => at)).toEqual([3, 2, 1]);
  const { rows } = await pool().query("SELECT person FROM access_log WHERE project_id = $1 ORDER BY id", [projectId]);
  expect(rows.map(({ person }) => person)).toEqual([null, null, 7]);
  expect(errors.mock.calls.flat().join(" ")).toContain("cannot say whom an entry (settings) is about");
  errors.mockRestore();
});

test("each project's own retention is applied, a bounded number of entries a round, until none is left", async () => {
  const { projectId: other } = await signUp({
    email: "otto@example.com",
    password: "correct horse battery",
    name: "Otto",
    projectName: "Other",
  });
  await pool().query("UPDATE projects SET access_log_days = 30 WHERE id = $1", [other]);
  for (const [id, days, times] of [
    [projectId, 500, 6_000],
    [projectId, 40, 1],
    [other, 40, 1],
    [other, 20, 1],
  ]) {
    await pool().query(
      `INSERT INTO access_log (project_id, at, actor, what)
       SELECT $1::uuid, now() - $2 * interval '1 day', 'member:x', 'settings' FROM generate_series(1, $3::int)`,
      [id, days, times],
    );
  }
  const left = async () => {
    const counts = await Promise.all(
      [projectId, other].map((id) => pool().query("SELECT FROM access_log WHERE project_id = $1", [id])),
    );
    return counts.map(({ rowCount }) => rowCount);
  };
  const first = await deleteOldAccessLog(Date.now(), new AbortController().signal, 1);
  expect((await left())[0]).toBe(1_001);
  const second = await deleteOldAccessLog(Date.now(), new AbortController().signal, 2);
  expect(await left()).toEqual([1, 1]);
  expect(first.inMs).toBeLessThan(second.inMs);
});

test("a round that is stopped starts no further project", async () => {
  recordAccess({ projectId, actor: "member:x", act: "settings", at: Date.now() - 400 * 86_400_000 });
  await flushAccessLog();
  await deleteOldAccessLog(Date.now(), AbortSignal.abort());
  expect(await logged()).toHaveLength(1);
});

test("a view that was dropped because too many waited is recorded the next time", async () => {
  const view = { projectId, actor: "member:x", act: "person", person: "u:bob" } as const;
  for (let n = 0; n < 20_000; n++) recordAccess({ projectId, actor: "member:y", act: "settings", at: 1 });
  recordAccess({ ...view, at: 2 });
  await flushAccessLog();
  recordAccess({ ...view, at: 3 });
  await flushAccessLog();
  const { rows } = await listAccessLog(scope(), { actor: "member:x" }, { limit: 10 });
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

test("waiting entries are written before the process closes its connections", async () => {
  recordAccess({ projectId, actor: "member:z", act: "settings", at: 4 });
  await flushPending();
  const { rows } = await pool().query("SELECT actor FROM access_log WHERE project_id = $1", [projectId]);
  expect(rows).toEqual([{ actor: "member:z" }]);
});

test("the log is deleted with its project", async () => {
  recordAccess({ projectId, actor: "member:x", act: "settings", at: Date.now() });
  await flushAccessLog();
  await pool().query("UPDATE projects SET erase_at = now() - interval '1 day' WHERE id = $1", [projectId]);
  expect(await eraseDeleted(pool(), Date.now())).toBe(1);
  expect((await pool().query("SELECT FROM access_log WHERE project_id = $1", [projectId])).rowCount).toBe(0);
});

test("an entry of a newer version, while an older one still runs, is shown by its name", async () => {
  await pool().query(
    "INSERT INTO access_log (project_id, at, actor, what) VALUES ($1, now(), 'system:newer', 'tomorrows_act')",
    [projectId],
  );
  const text = await (await exportLog(scope(), {})).text();
  expect(text).toMatch(/changed,tomorrows_act/i);
});
