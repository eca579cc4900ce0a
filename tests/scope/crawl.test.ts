import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { flushAccessLog } from "@/lib/access-log/access-log.store";
import { createAlert } from "@/lib/alerts/alerts.store";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { startSession } from "@/lib/auth/session";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { setAside } from "@/lib/debugger/set-aside.store";
import { setEventDisplay } from "@/lib/events/event-display.store";
import { IDLE } from "@/lib/http/form";
import { GIVEN_HEADER, PATH_HEADER, queryNamesIn } from "@/lib/http/requested-path";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { addAccountNote } from "@/lib/notes/account-notes.store";
import { addNote } from "@/lib/notes/notes.store";
import { forgetClients } from "@/lib/projects/clients";
import { type ClientKeys, createClient } from "@/lib/projects/projects.store";
import { withStandIns } from "@/lib/reading/stand-ins";
import { grantScope, grantTeam, SEES_ALL, SEES_MASKED } from "@/lib/scope";
import { decodeRule } from "@/lib/segments/decode-rule";
import { ruleSchema } from "@/lib/segments/rule";
import { createSegment } from "@/lib/segments/segments.store";
import { addressOfEntry, type EntryPoint, entryPoints } from "../../scripts/structure/access";
import { asServer, send, serveIngest } from "../ingest/support";
import { argumentsOf } from "../support/action-arguments";
import { browser } from "../support/browser";
import { once } from "../support/once";
import { MARKS, markNames, marksIn, NAMED, NONSENSE, partOf } from "./marks";
import { plantRisk, reads } from "./reads";
import { steady, textsOf } from "./tree";

/**
 * Marks are planted in everything personal of a person. A member who may not see names then opens every page, route
 * and action of docs/access.md, and no answer has a mark; one who may sees them, so that this can fail.
 */

const ingest = serveIngest();
const PASSWORD = "correct horse battery";
type Person = "owner" | "viewer" | "editor";
const cookiesOf = new Map<Person, [string, string][]>();
let projectId: string;
let memberId: string;
let segmentId: string;
let sessionId: string;
let maskedRef: string;
let keys: Record<"read" | "root", ClientKeys>;
const scope = () => grantScope(projectId, "system:test");

beforeAll(async () => {
  const owned = await signUp({ password: PASSWORD, name: "Olga", email: "owner@example.com", projectName: "Shop" });
  projectId = owned.projectId;
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: owned.memberId } });
  const team = grantTeam(organizationId, owned.memberId, "owner");
  for (const role of ["viewer", "editor"] as const) {
    const id = await invite(team, "Olga", { email: "", role }, false, new Date());
    const input = { email: `${role}@example.com`, name: role, password: PASSWORD };
    await joinByInvitation(tokenOf("invitation", id), input, false, new Date());
  }
  for (const person of ["owner", "viewer", "editor"] as const) {
    browser.cookies.clear();
    const member = await verifyCredentials(`${person}@example.com`, PASSWORD);
    if (member) await startSession(member, "x");
    cookiesOf.set(person, [...browser.cookies]);
  }
  await prisma().project.update({
    where: { id: projectId },
    data: {
      namesHiddenFrom: "editors",
      namesHiddenFromKeys: true,
      personalProperties: ["birthday"],
      avatars: true,
      masksPages: false,
      retentionDays: 400,
      eventRetention: [`${NAMED.plain}: 500`],
    },
  });
  keys = {
    read: await createClient(scope(), { name: "read", mode: "read" }),
    root: await createClient(scope(), { name: "root", mode: "root" }),
  };
  forgetClients();
  const track = async (type: string, payload: object) => {
    const { status, body } = await send(`${ingest.url()}/api/track`, { type, payload }, asServer(owned.write));
    expect(status, JSON.stringify(body)).toBe(200);
  };
  const profileId = MARKS.id;
  const traits = {
    firstName: MARKS.first,
    lastName: MARKS.last,
    email: MARKS.email,
    avatar: `https://pictures.example/${MARKS.avatar}.png`,
    properties: { phone: MARKS.phone, birthday: MARKS.own, plan: "pro", nested: { Birthday: MARKS.own } },
  };
  await track("identify", { profileId, ...traits });
  const properties = {
    contact: MARKS.inEvent,
    birthday: MARKS.ownInEvent,
    plan: "pro",
    __deviceId: MARKS.device,
    __title: `Letter to ${MARKS.title}`,
    __referrer: `https://mail.example/to/${MARKS.referrer}@private.example`,
    __path: `https://shop.example/u/${MARKS.path}@private.example?utm_campaign=${MARKS.campaign}`,
  };
  const company = { name: `Acme of ${MARKS.account}`, properties: { contact: MARKS.inEvent } };
  for (const id of ["acme", "beta"]) await track("group", { id, profileId, ...company });
  const groupIds = ["acme", "beta", MARKS.accountId];
  for (const member of [profileId, "plain"]) await track("assign_group", { groupIds, profileId: member });
  await track("track", { name: "screen_view", profileId, properties });
  await track("track", { name: "bought", profileId, properties });
  await track("track", { name: "screen_view", properties: { ...properties, __deviceId: `2${MARKS.device}` } });
  await track("track", { name: "bought", profileId: "plain", properties: { plan: "pro" } });
  for (const name of Object.values(NAMED))
    for (const member of ["plain", profileId])
      await track("track", { name, profileId: member, properties, groups: [MARKS.accountId] });
  await addNote(scope(), `u:${MARKS.id}`, {
    authorId: owned.memberId,
    body: `Write to ${MARKS.note}: ${MARKS.first.toUpperCase()}'s mail is gone. (Mrs ${MARKS.last}?)`,
    members: [],
    now: Date.now(),
  });
  const tests = [`prop(email,text,oneOf,${MARKS.email})`, `prop(firstName,text,oneOf,${MARKS.first})`];
  const rule = decodeRule(`or(${tests.join()},search(${MARKS.searched}))`);
  segmentId = await createSegment(scope(), { name: `Marked ${MARKS.segment}`, rule });
  await setEventDisplay(scope(), NAMED.plain, { icon: "star", color: null, conversion: true });
  const where = [{ kind: "property", key: "firstName", type: "text", is: "oneOf", values: [MARKS.first] }];
  const alert = { name: `Of ${MARKS.email}`, trigger: { on: "event" as const, event: "bought", where } };
  const to = { channel: "webhook", url: "https://hooks.example/x", recipient: null, pace: "immediate" } as const;
  await createAlert(scope(), { ...alert, ...to, quiet: null, zone: "UTC" }, "http://127.0.0.1", Date.now());
  await refreshAllFacts(pool(), projectId);
  const letter = { authorId: owned.memberId, body: `Ask ${MARKS.accountNote}`, members: [], now: Date.now() };
  for (const id of ["acme", MARKS.accountId]) await addAccountNote(scope(), id, letter);
  memberId = owned.memberId;
  for (const table of ["notes", "account_notes"])
    await pool().query(`UPDATE ${table} SET mentions = ARRAY[$1::uuid]`, [memberId]);
  await plantRisk(projectId, MARKS.id, MARKS.accountId);
  const profiles = await pool().query<{ id: number }>("SELECT id FROM profiles WHERE display_id = $1", [MARKS.id]);
  await setAside(pool(), projectId, "facts", String(profiles.rows[0]?.id), "refused", Date.now());
  const found = await pool().query<{ id: number }>("SELECT id FROM identities WHERE ext_id = $1", [MARKS.id]);
  maskedRef = `u:~${found.rows[0]?.id}`;
  const sessions = await pool().query<{ id: string }>("SELECT session_id AS id FROM sessions LIMIT 1");
  sessionId = sessions.rows[0]?.id ?? "";
});

beforeEach(() => browser.cookies.clear());

function become(person: Person, url: string): void {
  browser.cookies.clear();
  for (const [name, value] of cookiesOf.get(person) ?? []) browser.cookies.set(name, value);
  browser.headers = new Headers({ [PATH_HEADER]: url.split("?")[0] ?? "", [GIVEN_HEADER]: queryNamesIn(url) });
}

const rootOf = new URL("../..", import.meta.url).pathname;
const loaded = async ({ file }: Pick<EntryPoint, "file">) => import(/* @vite-ignore */ `${rootOf}${file}`);

/** The address account, as a reader is shown it. */
const accountFor = (isMasked: boolean) =>
  withStandIns({ projectId, sight: isMasked ? SEES_MASKED : SEES_ALL }, MARKS.accountId);

const paramsFor = (ref: string, account: string) => ({
  project: projectId,
  userId: encodeURIComponent(ref),
  accountId: encodeURIComponent(account),
  sessionId,
  segmentId,
  ref,
  id: account,
});

const pathOf = (entry: EntryPoint, params: Record<string, string>): string =>
  addressOfEntry(entry).replaceAll(/\[(\w+)\]/g, (_, name: string) =>
    ["ref", "id"].includes(name) ? encodeURIComponent(params[name] ?? "") : (params[name] ?? "x"),
  );

/** Redirects and 404s say nothing but an address. */
const digestOf = (error: unknown): string => {
  const { digest } = error as { digest?: string };
  if (digest?.startsWith("NEXT_")) return digest;
  throw error;
};

async function openPage(person: Person, entry: EntryPoint, ref: string, search: Record<string, string> = {}) {
  const params = paramsFor(ref, accountFor(person !== "owner"));
  become(person, `${pathOf(entry, params)}?${new URLSearchParams(search)}`);
  const page = await loaded(entry);
  const props = { params: Promise.resolve(params), searchParams: Promise.resolve(search), children: null };
  try {
    const title = page.generateMetadata ? await page.generateMetadata(props) : page.metadata;
    return `${JSON.stringify(title ?? null)}\n${await textsOf(await page.default(props))}`;
  } catch (error) {
    return digestOf(error);
  }
}

/** The answer's text; of a stream that does not end, what comes in its first seconds. */
async function read(answer: Response): Promise<string> {
  if (!answer.headers.get("content-type")?.includes("event-stream")) return answer.text();
  const reader = answer.body?.getReader();
  let text = "";
  const until = Date.now() + 1_000;
  while (reader && Date.now() < until) {
    const next = await Promise.race([reader.read(), new Promise<null>((resolve) => setTimeout(resolve, 1_000, null))]);
    if (!next || next.done) break;
    text += new TextDecoder().decode(next.value);
  }
  await reader?.cancel();
  return text;
}

async function callRoute(
  caller: { person: Person } | { key: ClientKeys },
  entry: EntryPoint,
  ref: string,
  search: Record<string, string> = {},
) {
  const isMasked = "key" in caller ? caller.key === keys.read : caller.person !== "owner";
  const params = paramsFor(ref, accountFor(isMasked));
  const url = `${pathOf(entry, params)}?${new URLSearchParams({ since: "1", id: params.id, ...search })}`;
  if ("person" in caller) become(caller.person, url);
  const headers = "key" in caller ? asServer(caller.key) : {};
  const route = await loaded(entry);
  const body = ["POST", "PATCH", "PUT"].includes(entry.name) ? { body: "{}" } : {};
  const request = new Request(`http://127.0.0.1${url}`, { method: entry.name, headers, ...body });
  try {
    const answer: Response = await route[entry.name](request, { params: Promise.resolve(params) });
    return `${answer.status} ${[...answer.headers].join(" ")} ${await read(answer)}`;
  } catch (error) {
    return digestOf(error);
  }
}

const READS = new Set([
  "morePersonEvents",
  "personEventNames",
  "moreAccountEvents",
  "accountEventNames",
  "previewSegment",
  "findPeople",
]);
async function callAction(person: Person, entry: EntryPoint, ref: string) {
  become(person, `/${projectId}/users/${encodeURIComponent(ref)}`);
  const run = (await loaded(entry))[entry.name];
  const form = new FormData();
  const fields = { projectId, segmentId, ref, search: "pro", q: "pro", filter: "and(prop(plan,text,oneOf,pro))" };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  try {
    const given = argumentsOrNull(entry.name)?.map((one) =>
      one === "u:ada" ? ref : one === "acme" ? accountFor(person !== "owner") : one,
    );
    return JSON.stringify(await (given ? run(...given) : run(IDLE, form)));
  } catch (error) {
    return digestOf(error);
  }
}
function argumentsOrNull(name: string): unknown[] | null {
  try {
    return argumentsOf(name, projectId);
  } catch {
    return null;
  }
}

const all = entryPoints().filter(({ guards }) => guards.length > 0);
const isApi = ({ file }: EntryPoint) => file.startsWith("app/api/v1/");
const pages = all.filter(({ kind }) => kind === "page" || kind === "layout");
const routes = all.filter((entry) => entry.kind === "route" && entry.name === "GET" && !isApi(entry));
const api = all.filter((entry) => isApi(entry) && entry.name === "GET");
const actions = all.filter(({ kind, name }) => kind === "action" && READS.has(name));
const byAddress = (address: string) =>
  all.find((one) => one.kind !== "action" && addressOfEntry(one) === address) as EntryPoint;

const SUGGESTIONS = [
  { of: "fields", q: "" },
  ...["email", "firstName", "phone", "birthday", "nested.Birthday", "name"].map((key) => ({
    of: "values",
    key,
    q: "",
  })),
  ...["contact", "birthday", "$path"].map((key) => ({ of: "eventValues", event: "bought", key, q: "" })),
  { of: "eventProperties", event: "bought" },
  { of: "accountValues", key: "contact", q: "" },
  { of: "facts", field: "utmCampaign", q: "" },
  { of: "facts", field: "landingPath", q: "" },
];

/** Everything that somebody can read, by what it is. */
async function crawl(person: Person, ref: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of pages) found.set(`${entry.file}`, await openPage(person, entry, ref));
  for (const entry of routes) found.set(`${entry.file}`, await callRoute({ person }, entry, ref));
  for (const entry of actions) found.set(`${entry.file} ${entry.name}`, await callAction(person, entry, ref));
  const suggest = byAddress("/api/projects/[project]/suggest");
  for (const search of SUGGESTIONS)
    found.set(`suggest ${JSON.stringify(search)}`, await callRoute({ person }, suggest, ref, search as never));
  for (const sort of ["name", "email", "userId", "p:birthday", "-p:email"])
    for (const file of ["/[project]/users", "/[project]/users/rows", "/[project]/users/export"])
      found.set(
        `${file} ${sort}`,
        file.endsWith("users")
          ? await openPage(person, byAddress(file), ref, { sort, columns: "email,p:birthday" })
          : await callRoute({ person }, byAddress(file), ref, {
              sort,
              columns: "name,email,userId,p:birthday,p:phone",
            }),
      );
  return found;
}

test("a reader who may not see names finds none in any page, route or action", { timeout: 240_000 }, async () => {
  const printed = vi.spyOn(console, "error");
  expect(pages.length + routes.length + actions.length).toBeGreaterThan(70);
  for (const person of ["viewer", "editor"] as const) {
    const found = await crawl(person, maskedRef);
    const leaks = [...found].flatMap(([what, text]) => marksIn(text).map((mark) => `${what}: ${mark}`));
    expect(leaks, person).toEqual([]);
    expect(found.get("app/(app)/[project]/segments/(list)/page.tsx")).not.toContain("Import a list");
    // They do see the person.
    expect(found.get("app/(app)/[project]/users/[userId]/page.tsx")).toContain("bought");
    expect(found.get("app/(app)/[project]/accounts/[accountId]/people/page.tsx")).toContain("plain");
  }
  expect(printed.mock.calls.filter(([text]) => String(text).startsWith("Invalid hook call"))).toEqual([]);
  printed.mockRestore();
  await flushAccessLog();
});

test("a reader who may see names finds every planted mark, in many places", { timeout: 240_000 }, async () => {
  const found = await crawl("owner", `u:${MARKS.id}`);
  const places = (mark: string) => [...found].filter(([, text]) => marksIn(text).includes(mark)).length;
  for (const mark of markNames) expect(places(mark), mark).toBeGreaterThan(0);
  for (const mark of ["qqid", "qqfirst"]) expect(places(mark), mark).toBeGreaterThan(15);
  expect(found.get("app/(app)/[project]/segments/(list)/page.tsx")).toContain("Import a list");
  // The address that the others were shown leads there, too.
  expect((await openPage("owner", byAddress("/[project]/users/[userId]"), maskedRef)).toLowerCase()).toContain("qqid");
});

test("a read key sees as little, a root key everything", async () => {
  const seenBy = async (key: ClientKeys, ref: string) => {
    const texts: string[] = [];
    for (const entry of api) texts.push(await callRoute({ key }, entry, ref));
    return texts;
  };
  const [masked, clear] = [await seenBy(keys.read, maskedRef), await seenBy(keys.root, `u:${MARKS.id}`)];
  expect(masked.flatMap(marksIn)).toEqual([]);
  expect(masked.filter((text) => text.startsWith("200")).length).toBeGreaterThan(8);
  expect(clear.flatMap(marksIn).length).toBeGreaterThan(8);
});

test("a reader who may not see names finds none in reads that only older projects or a click show", async () => {
  const shown: string[] = [];
  const leaks: string[] = [];
  for (const [name, read] of Object.entries(reads)) {
    const see = async (sight: typeof SEES_ALL, ref: string) =>
      marksIn(JSON.stringify(await read({ ...scope(), sight }, { ref, segmentId, memberId })));
    if ((await see(SEES_ALL, `u:${MARKS.id}`)).length > 0) shown.push(name);
    for (const mark of await see(SEES_MASKED, maskedRef)) leaks.push(`${name}: ${mark}`);
  }
  expect(shown).toEqual(Object.keys(reads));
  expect(leaks).toEqual([]);
});

test("searching and filtering by hidden values gives the same answer as nonsense", { timeout: 240_000 }, async () => {
  const users = byAddress("/[project]/users");
  const rows = byAddress("/[project]/users/rows");
  const palette = byAddress("/api/projects/[project]/search");
  const link = byAddress("/u");
  const suggest = byAddress("/api/projects/[project]/suggest");
  const file = byAddress("/[project]/users/export");
  const events = byAddress("/[project]/events");
  const eventFile = byAddress("/[project]/events/export");
  const one = byAddress("/api/v1/profiles/[ref]");
  const list = byAddress("/api/v1/profiles");
  const person = "viewer" as const;
  const ask = async (term: string, key: string) => {
    const filter = `and(prop(${key},text,oneOf,${term}))`;
    const texts = [
      await openPage(person, users, "u:x", { search: term }),
      await openPage(person, users, "u:x", { filter }),
      await callRoute({ person }, rows, "u:x", { search: term }),
      await callRoute({ person }, palette, "u:x", { q: term }),
      await callRoute({ person }, palette, "u:x", { q: partOf(term) }),
      await callRoute({ person }, file, "u:x", { filter, columns: "ref" }),
      await callRoute({ person }, suggest, "u:x", { of: "values", key, q: term }),
      await callRoute({ person }, suggest, "u:x", { of: "eventValues", event: "bought", key, q: term }),
      await openPage(person, events, "u:x", { prop: `${key} = ${term}` }),
      await callRoute({ person }, eventFile, "u:x", { prop: `${key} = ${term}` }),
      await openPage(person, byAddress("/[project]/sessions"), "u:x", { filter }),
      await openPage(person, byAddress("/[project]/accounts"), "u:x", { search: term }),
      await openPage(person, link, "u:x", { email: term }),
      await openPage(person, link, "u:x", { id: term }),
      await openPage(person, byAddress("/[project]/users/[userId]"), `u:${term}`),
      await callRoute({ key: keys.read }, one, `u:${term}`),
      await callRoute({ key: keys.read }, list, "u:x", { search: term }),
      await callRoute({ key: keys.read }, list, "u:x", { filter }),
      ...(await askingOnce(term)),
    ];
    return texts
      .join("\n")
      .replaceAll(term, "TERM")
      .replaceAll(encodeURIComponent(term), "TERM")
      .replaceAll(encodeURIComponent(encodeURIComponent(term)), "TERM")
      .replaceAll(partOf(term), "PART");
  };
  const askOnce = once(ask);
  const keyOf: Record<string, string> = {
    email: "email",
    first: "firstName",
    id: "email",
    device: "email",
    phone: "phone",
    own: "birthday",
    path: "path",
    title: "title",
    referrer: "referrer",
    accountId: "plan",
    event: "plan",
    encoded: "plan",
    inEvent: "contact",
    ownInEvent: "birthday",
  };
  for (const [name, nonsense] of Object.entries(NONSENSE)) {
    const real = await ask(MARKS[name as keyof typeof MARKS], keyOf[name] ?? "");
    const none = await askOnce(nonsense, keyOf[name] ?? "");
    expect(steady(real), name).toBe(steady(none));
  }
});

const askingOnce = once(asking);

/** Answers to questions about a name of an event or the id of an account, whole and in part. */
async function asking(term: string): Promise<string[]> {
  const person = "viewer" as const;
  const part = partOf(term);
  const texts: string[] = [];
  for (const name of [term, `Viewed ${term}`, `opened_${term}`]) {
    const did = `and(did(${name},atLeast,1,ever))`;
    texts.push(
      await openPage(person, byAddress("/[project]/users"), "u:x", { filter: did }),
      await openPage(person, byAddress("/[project]/events"), "u:x", { event: name, name }),
      await callRoute({ person }, byAddress("/[project]/events/export"), "u:x", { event: name, name }),
      await callRoute({ key: keys.read }, byAddress("/api/v1/profiles"), "u:x", { filter: did }),
    );
  }
  const suggest = byAddress("/api/projects/[project]/suggest");
  for (const q of [term, part])
    for (const of of ["events", "fields", "facts", "accountValues"])
      texts.push(await callRoute({ person }, suggest, "u:x", { of, q, field: "lastEvent", key: "plan" }));
  for (const test of [`is,${term}`, `id,oneOf,${term}`, `id,contains,${part}`, `name,contains,${part}`]) {
    const filter = `and(${test.startsWith("is") ? `account(in,${term})` : `whose(${test.replace(",", "(")}))`})`;
    texts.push(await openPage(person, byAddress("/[project]/users"), "u:x", { filter }));
  }
  const filter = `and(lastEvent(contains,${part}))`;
  texts.push(await openPage(person, byAddress("/[project]/users"), "u:x", { filter }));
  const accounts = byAddress("/[project]/accounts");
  for (const search of [term, part]) texts.push(await openPage(person, accounts, "u:x", { search }));
  return texts;
}

test("no order shows what is hidden", async () => {
  const file = byAddress("/[project]/users/export");
  const sorted = (sort: string) => callRoute({ person: "viewer" }, file, "u:x", { sort, columns: "ref" });
  const byName = await sorted("name");
  for (const sort of ["email", "p:birthday", "p:phone"]) expect(await sorted(sort), sort).toBe(byName);
});

test("a masked editor cannot create a segment, list or merge that would reveal names", async () => {
  const { requirePermission } = await import("@/lib/auth/guard");
  become("editor", `/${projectId}/segments`);
  const { scope: masked } = await requirePermission(projectId, "edit", null);
  const of = (condition: object) => ({ kind: "and", of: [{ kind: "or", of: [condition] }] });
  for (const condition of [
    { kind: "property", key: "email", type: "text", is: "oneOf", values: [MARKS.email] },
    { kind: "property", key: "email", type: "any", is: "set" },
    { kind: "property", key: "Phone.home", type: "boolean", is: "true" },
    { kind: "property", key: "birthday", type: "date", is: "before", at: "1990-01-01" },
    { kind: "property", key: "birthday", type: "date", is: "inLast", days: 30 },
    { kind: "search", text: "Qqfir" },
    { kind: "property", key: "contact", type: "text", is: "contains", value: "qq" },
    { kind: "whose", test: { of: "search", text: "Qqfir" } },
    { kind: "whose", test: { of: "id", is: "contains", value: "qqcomp" } },
    { kind: "fact", field: "lastEvent", is: "contains", value: "qqev" },
  ])
    await expect(
      createSegment(masked, { name: "Oracle", rule: ruleSchema.parse(of(condition)) }),
      JSON.stringify(condition),
    ).rejects.toMatchObject({ code: "unprocessable" });
  await createSegment(masked, { name: "Fine", rule: decodeRule("and(prop(plan,text,oneOf,pro))") });
  const viewed = decodeRule("and(did(screen_view,atLeast,1,last(30),prop($path,text,contains,/pricing)))");
  const ofPages = () => createSegment(masked, { name: "Fine, too", rule: viewed });
  await expect(ofPages(), "addresses in pages are stored here").rejects.toMatchObject({ code: "unprocessable" });
  await prisma().project.update({ where: { id: projectId }, data: { masksPages: true } });
  await ofPages();
  const { importMembers } = await import("@/lib/segments/import.store");
  await expect(importMembers(masked, segmentId, MARKS.email)).rejects.toMatchObject({ code: "forbidden" });
  const { applyCorrectionFor } = await import("@/lib/ingest/corrections/for-member");
  await expect(applyCorrectionFor(masked, { kind: "alias", pairs: [[MARKS.id, "plain"]] })).rejects.toMatchObject({
    code: "forbidden",
  });
});
