import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { flushAccessLog } from "@/lib/access-log/access-log.store";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { startSession } from "@/lib/auth/session";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { applyCorrectionFor } from "@/lib/ingest/corrections/for-member";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { addNote } from "@/lib/notes/notes.store";
import { setProjectRole } from "@/lib/organizations/team.store";
import type { Role } from "@/lib/permissions";
import { forgetGuestProject } from "@/lib/projects/guest-project.queries";
import { closeToGuests, openToGuests } from "@/lib/projects/guest-project.store";
import { type ClientKeys, createClient } from "@/lib/projects/projects.store";
import { flushReceived } from "@/lib/projects/received.store";
import { grantScope, grantTeam } from "@/lib/scope";
import { createSegment } from "@/lib/segments/segments.store";
import { type EntryPoint, entryPoints } from "../../scripts/structure/access";
import { asServer, send, serveIngest } from "../ingest/support";
import { textsOf } from "../scope/tree";
import { argumentsOf } from "../support/action-arguments";
import { browser } from "../support/browser";

/** Each entry of docs/access.md, called as several people: none gets further than its guard says, or changes a row. */

const PASSWORD = "correct horse battery";
const MARK = "leakmark";
const OWNER = "Olga Ownermark";
const ingest = serveIngest();

/** `outsider`: of the organization, without access to the project. */
type Person = "nobody" | "stranger" | "outsider" | "viewer" | "editor";
const PEOPLE: Person[] = ["nobody", "stranger", "outsider", "viewer", "editor"];
const EMAILS: Partial<Record<Person, string>> = {};

let projectId: string;
let segmentId: string;
let organizationId: string;
let ownerId: string;
const keys: Record<"stranger" | "read" | "write", ClientKeys> = {} as never;

beforeAll(async () => {
  const input = { password: PASSWORD, name: OWNER };
  const owned = await signUp({ ...input, email: "owner@example.com", projectName: "Shop" });
  ({ projectId, memberId: ownerId } = owned);
  ({ organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: owned.memberId } }));
  const team = grantTeam(organizationId, owned.memberId, "owner");
  const join = async (person: Person, role: Role) => {
    const id = await invite(team, "Olga", { email: "", role }, false, new Date());
    const email = `${person}@example.com`;
    EMAILS[person] = email;
    return joinByInvitation(tokenOf("invitation", id), { email, name: person, password: PASSWORD }, false, new Date());
  };
  await join("viewer", "viewer");
  await join("editor", "editor");
  await setProjectRole(team, projectId, (await join("outsider", "editor")).id, "none");
  EMAILS.stranger = "stranger@example.com";
  const other = await signUp({ ...input, email: EMAILS.stranger, projectName: "Other" });
  keys.stranger = await createClient(grantScope(other.projectId, "system:test"), { name: "root", mode: "root" });
  const scope = grantScope(projectId, "system:test");
  keys.read = await createClient(scope, { name: "read", mode: "read" });
  keys.write = owned.write;
  const track = (body: object) => send(`${ingest.url()}/api/track`, body, asServer(owned.write));
  await track({ type: "identify", payload: { profileId: "ada", firstName: MARK, properties: { plan: MARK } } });
  await track({ type: "track", payload: { name: MARK, profileId: "ada" } });
  const company = { id: "acme", profileId: "ada", type: "company", name: MARK, properties: { plan: MARK } };
  expect(await track({ type: "group", payload: company })).toMatchObject({ status: 200 });
  segmentId = await createSegment(scope, { name: MARK, rule: null });
  await refreshAllFacts(pool(), projectId);
  // Writes what is counted a second later: from here on no row may change.
  await flushReceived();
});

async function logInAs(person: Person): Promise<void> {
  browser.cookies.clear();
  const email = EMAILS[person];
  const member = email ? await verifyCredentials(email, PASSWORD) : null;
  if (member) await startSession(member, "x");
}

/** A password takes a while to check, so each logs in once. */
const cookiesOf = new Map<Person, [string, string][]>();
async function become(person: Person): Promise<void> {
  if (!cookiesOf.has(person)) {
    await logInAs(person);
    cookiesOf.set(person, [...browser.cookies]);
  }
  browser.cookies.clear();
  for (const [name, value] of cookiesOf.get(person) ?? []) browser.cookies.set(name, value);
}

const params = () => ({
  project: projectId,
  userId: "u%3Aada",
  accountId: "acme",
  segmentId,
  ref: "u:ada",
  id: "acme",
});
const rootOf = new URL("../..", import.meta.url).pathname;
const loaded = async ({ file, name }: EntryPoint) => (await import(/* @vite-ignore */ `${rootOf}${file}`))[name];

type Outcome = "logged out" | "missing" | "forbidden" | "through";

function outcomeOf(error: unknown): Outcome {
  const digest = String((error as { digest?: unknown }).digest ?? "");
  if (digest.startsWith("NEXT_HTTP_ERROR_FALLBACK;404")) return "missing";
  if (digest.startsWith("NEXT_REDIRECT")) return digest.includes(";/login") ? "logged out" : "through";
  throw error;
}

async function callPage(entry: EntryPoint): Promise<Outcome> {
  const page = await loaded(entry);
  try {
    await page({ params: Promise.resolve(params()), searchParams: Promise.resolve({}), children: null });
    return "through";
  } catch (error) {
    return outcomeOf(error);
  }
}

const OUTCOMES: Record<number, Outcome> = { 401: "logged out", 403: "forbidden", 404: "missing" };

async function callRoute(
  entry: EntryPoint,
  headers: Record<string, string> = {},
): Promise<{ outcome: Outcome; text: string }> {
  const route = await loaded(entry);
  const body = ["POST", "PUT", "PATCH"].includes(entry.name) ? { body: "{}" } : {};
  const request = new Request("http://127.0.0.1/x", { method: entry.name, headers, ...body });
  const answer: Response = await route(request, { params: Promise.resolve(params()) });
  return { outcome: OUTCOMES[answer.status] ?? "through", text: await answer.text() };
}

async function callAction(entry: EntryPoint): Promise<Outcome> {
  const action = await loaded(entry);
  const form = new FormData();
  for (const [name, value] of Object.entries({
    projectId,
    organizationId,
    segmentId,
    deletedId: projectId,
    ref: "u:ada",
  }))
    form.set(name, value);
  form.set("correction", JSON.stringify({ kind: "alias", pairs: [["ada", "bob"]] }));
  form.set("filter", "and(prop(plan,text,oneOf,pro))");
  try {
    const takesForm = action.length === 2 && !isArguments(entry.name);
    const answer: unknown = await (takesForm ? action(IDLE, form) : action(...argumentsOf(entry.name, projectId)));
    const { code } = (answer ?? {}) as { code?: string };
    if (code === "forbidden" || code === "not_found") return code === "forbidden" ? "forbidden" : "missing";
    const words = typeof answer === "string" ? answer : ((answer ?? {}) as { message?: string }).message;
    return words?.startsWith("Only ") ? "forbidden" : "through";
  } catch (error) {
    return outcomeOf(error);
  }
}

function isArguments(name: string): boolean {
  try {
    return argumentsOf(name, projectId).length > 0;
  } catch {
    return false;
  }
}

/** How a guard refuses somebody; null: it lets them in. */
function refusal(entry: EntryPoint, person: Person): Outcome | null {
  const needs = entry.guards.map((guard) => guard.slice(guard.indexOf(" ") + 1));
  // If the first guard checks the project, a second one, of another organization, is not reached.
  const ofProject = !/^require(?:Login|TeamOf)/.test(entry.guards[0] ?? "");
  if (person === "nobody") return "logged out";
  if (ofProject && (person === "stranger" || person === "outsider")) return "missing";
  const first = needs.find((need) => !["view", "logged in", "confirmed recently"].includes(need)); // all have just logged in
  if (first === undefined) return null;
  // Nobody outside the organization learns that it exists.
  if (entry.guards.some((guard) => guard.startsWith("requireTeamOf")))
    return person === "stranger" ? "missing" : "forbidden";
  if (first === "edit" && person === "editor") return null;
  return entry.kind === "page" ? "missing" : "forbidden";
}

/** A digest of every row that contains `text`; when a log-in or key was used does not count. */
async function digest(text = ""): Promise<string> {
  const { rows: tables } = await pool().query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname NOT IN ('log_ins', 'access_log') ORDER BY 1",
  );
  const digests: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool().query<{ md5: string }>(
      `SELECT md5(string_agg(row, '|' ORDER BY row)) AS md5
         FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM ${name} t) r
        WHERE strpos(row, $1) > 0`,
      [text],
    );
    digests.push(`${name} ${rows[0]?.md5}`);
  }
  return digests.join("\n");
}

const all = entryPoints();
const guarded = all.filter(({ guards }) => guards.length > 0);
const isApi = ({ file }: EntryPoint) => file.startsWith("app/api/v1/");
const label = (entry: EntryPoint, person: string) => `${person}: ${entry.file} ${entry.name}`;

beforeEach(() => browser.cookies.clear());
afterEach(() => closeToGuests(grantScope(projectId, "system:test")));

test.each(PEOPLE)("%s is refused by each guard as declared, and changes nothing", async (person) => {
  await become(person);
  const before = await digest();
  let refused = 0;
  for (const entry of guarded.filter((one) => !isApi(one))) {
    const expected = refusal(entry, person);
    if (expected === null) continue;
    refused++;
    await become(person);
    const outcome =
      entry.kind === "route"
        ? (await callRoute(entry)).outcome
        : entry.kind === "action"
          ? await callAction(entry)
          : await callPage(entry);
    expect(outcome, label(entry, person)).toBe(expected);
  }
  expect(refused).toBeGreaterThan(person === "editor" ? 10 : 30);
  expect(await digest()).toBe(before);
});

test("a viewer sees every readable page, so the refusals above come from the guards", async () => {
  const pages = guarded.filter(
    ({ kind, guards }) => kind === "page" && guards.every((guard) => guard.endsWith(" view")),
  );
  // Not among them: what the test's project lacks, such as a segment of accounts.
  const missing = /\[(?:jobId|bulkId|sessionId|accountId)\]|\[segmentId\]\/accounts|app\/[ua]\//;
  const shown = pages.filter(({ file }) => !missing.test(file));
  expect(shown.length).toBeGreaterThan(20);
  for (const entry of shown) {
    await become("viewer");
    expect(await callPage(entry), label(entry, "viewer")).toBe("through");
  }
});

test("the API: no key, a key of another mode, and a key of another project get nothing", async () => {
  const api = guarded.filter(isApi);
  expect(api.length).toBeGreaterThan(30);
  const before = await digest();
  const managing: EntryPoint[] = [];
  for (const entry of api) {
    const needs = entry.guards.map((guard) => guard.slice(guard.indexOf(" ") + 1));
    const reads = needs.every((need) => need === "view");
    expect((await callRoute(entry)).outcome, label(entry, "no key")).toBe("logged out");
    const wrong = reads ? keys.write : keys.read;
    expect((await callRoute(entry, asServer(wrong))).outcome, label(entry, "another mode")).toBe("forbidden");
    if (needs.includes("manage")) {
      managing.push(entry);
      continue;
    }
    const { text } = await callRoute(entry, asServer(keys.stranger));
    expect(text, label(entry, "another project")).not.toContain(MARK);
  }
  expect(await digest()).toBe(before);
  // These change the stranger's own project, and only that.
  expect(managing.length).toBeGreaterThan(1);
  const ours = await digest(projectId);
  for (const entry of managing) {
    const { outcome, text } = await callRoute(entry, asServer(keys.stranger));
    expect(outcome, label(entry, "another project")).toBe("through");
    expect(text, label(entry, "another project")).not.toContain(MARK);
  }
  expect(await digest(projectId)).toBe(ours);
  expect(await digest(), "they do change something").not.toBe(before);
});

const call = async (entry: EntryPoint): Promise<{ outcome: Outcome; text: string }> =>
  entry.kind === "route"
    ? callRoute(entry)
    : { outcome: await (entry.kind === "action" ? callAction(entry) : callPage(entry)), text: "" };
const letsGuestsIn = ({ guards }: EntryPoint) => guards.every((guard) => guard.startsWith("requireMemberOrGuest"));
/** What the test's project lacks, besides the live views, which never end. */
const ABSENT = /\[(?:jobId|sessionId|accountId)\]|\[segmentId\]\/accounts|api\/live|avatar/;

test("a guest of the public demo can open only what is declared open to guests, and changes nothing", async () => {
  await openToGuests(grantScope(projectId, "system:test"));
  const before = await digest();
  const logged = await accessLogRows();
  let entered = 0;
  for (const entry of guarded.filter((one) => !isApi(one) && !ABSENT.test(one.file))) {
    const isOpen = letsGuestsIn(entry);
    await become("nobody");
    expect((await call(entry)).outcome, label(entry, "guest")).toBe(isOpen ? "through" : "logged out");
    if (isOpen) entered++;
  }
  expect(entered).toBeGreaterThan(20);
  expect(await digest()).toBe(before);
  expect(await accessLogRows(), "guests are no members").toBe(logged);
});

test("a guest sees no member and no key by name", async () => {
  const owner = grantScope(projectId, `member:${ownerId}`);
  await addNote(owner, "u:ada", { authorId: ownerId, body: "Likes tea", members: [], now: Date.now() });
  await applyCorrectionFor(owner, { kind: "alias", pairs: [["ada", "bob"]] });
  await applyCorrectionFor(grantScope(projectId, `client:${keys.read.clientId}`), {
    kind: "alias",
    pairs: [["ada", "eve"]],
  });
  await openToGuests(grantScope(projectId, "system:test"));
  const pages = guarded.filter(({ kind, file }) => kind === "page" && /\[userId\]\/(?:notes|identities)/.test(file));
  const shownTo = async (person: Person) => {
    await become(person);
    const props = { params: Promise.resolve(params()), searchParams: Promise.resolve({}) };
    return (await Promise.all(pages.map(async (page) => textsOf(await (await loaded(page))(props))))).join("\n");
  };
  vi.spyOn(console, "error").mockReturnValue(); // client components use hooks
  const [toMember, toGuest] = [await shownTo("viewer"), await shownTo("nobody")];
  for (const name of [OWNER, "the key read"]) {
    expect(toMember).toContain(name);
    expect(toGuest).not.toContain(name);
  }
  expect(toGuest).toContain("Likes tea");
});

test("guests get nothing a visitor must not do: no download, key, member, setting or form", () => {
  const open = all.filter((entry) => entry.guards.length > 0 && letsGuestsIn(entry)).map(({ file }) => file);
  expect(
    open.filter((file) => /export|settings|setup|privacy|erasures|manage|edit\/|new\/|debugger|\/v1\//.test(file)),
  ).toEqual([]);
});

test("an instance opens nothing to guests by default, one project at a time on request, and no deleted one", async () => {
  const users = guarded.find(({ file }) => file.endsWith("[project]/overview/page.tsx")) as EntryPoint;
  const asNobody = async () => {
    browser.cookies.clear();
    return callPage(users);
  };
  expect(await asNobody()).toBe("logged out");
  const scope = grantScope(projectId, "system:test");
  await openToGuests(scope);
  expect(await asNobody()).toBe("through");
  for (const who of ["stranger", "outsider"] as const) {
    await become(who);
    expect(await callPage(users), label(users, who)).toBe("through");
  }
  const { projectId: other } = await prisma().client.findUniqueOrThrow({ where: { id: keys.stranger.clientId } });
  await openToGuests(grantScope(other, "system:test"));
  expect(await asNobody()).toBe("logged out");
  await openToGuests(scope);
  await prisma().project.update({ where: { id: projectId }, data: { eraseAt: new Date() } });
  forgetGuestProject();
  expect(await asNobody()).toBe("logged out");
  await prisma().project.update({ where: { id: projectId }, data: { eraseAt: null } });
  await closeToGuests(scope);
  expect(await asNobody()).toBe("logged out");
});

async function accessLogRows(): Promise<number> {
  await flushAccessLog();
  const { rows } = await pool().query<{ count: number }>("SELECT count(*)::int AS count FROM access_log");
  return rows[0]?.count ?? 0;
}
