import { beforeAll, expect, test } from "vitest";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { accountsByIdOrDomain, searchAccounts } from "@/lib/accounts/list/search.queries";
import { ACTS_FOR_MANY_FROM } from "@/lib/accounts/memberships";
import { accountDetails, countsNow } from "@/lib/accounts/page/account.queries";
import { accountDays } from "@/lib/accounts/page/days.queries";
import { accountHistory } from "@/lib/accounts/page/history.queries";
import { type AccountPerson, accountPeople } from "@/lib/accounts/page/people.queries";
import { accountPeriods } from "@/lib/accounts/page/periods";
import { eventNamesOfAccount, featureUsage } from "@/lib/accounts/page/uses.queries";
import { accountIdFromUrl, accountIdToUrl } from "@/lib/accounts/url-id";
import { pool } from "@/lib/db/pool";
import { ACCOUNT_TIMELINE_COLUMNS, exportAccountTimeline } from "@/lib/export/events";
import { dayOf, isoDay } from "@/lib/format/time";
import { countPeople } from "@/lib/profiles/list/list.queries";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { accountEventsQuery, listAccountEvents } from "@/lib/timeline/account-timeline.queries";
import { eventsPageOf } from "@/lib/timeline/timeline.queries";
import { makeModelProject } from "@/tests/identity/run";
import { parseCsv } from "../support/csv";
import { applyOperations, assigned, DAY_MS, described, makeEvent, refreshEverything, START } from "./support";

const MINUTES_A_DAY = 24 * 60;
const NOW = START + 60 * DAY_MS;
let project: ProjectSettings;
let scope: Scope;

/** Ada and Bob are Acme's, Bob until he joins Beta; an agency acts for Acme and many others. */
beforeAll(async () => {
  project = await makeModelProject(pool());
  scope = grantScope(project.id, "system:test");
  const others = Array.from({ length: ACTS_FOR_MANY_FROM }, (_, i) => `client-${i}`);
  const days = Array.from({ length: 50 }, (_, day) => day);
  await applyOperations(
    project,
    described(0, "acme", { name: "Acme", type: "company", properties: { plan: "free", seats: 3 } }),
    described(5, "acme", { properties: { plan: "pro" } }),
    described(0, "beta", { name: "Beta", type: "company", properties: { domain: "Beta.Example" } }),
    assigned(0, "ada", "acme"),
    assigned(0, "bob", "acme"),
    assigned(20 * MINUTES_A_DAY, "bob", "beta"),
    assigned(0, "agency", "acme", ...others),
    ...days.map((day) =>
      makeEvent(day * MINUTES_A_DAY + 60, { user: "ada", name: day % 2 ? "export" : "screen_view" }),
    ),
    ...days.map((day) =>
      makeEvent(day * MINUTES_A_DAY + 70, { user: "bob", name: "invite", groups: day < 20 ? ["acme"] : ["beta"] }),
    ),
    ...days.slice(0, 10).map((day) =>
      makeEvent(day * MINUTES_A_DAY + 80, {
        user: "agency",
        name: "import",
        groups: [`client-${day % ACTS_FOR_MANY_FROM}`],
      }),
    ),
    makeEvent(80, { user: "agency", name: "look", groups: ["acme"] }),
    // Of six accounts at once: it counts for none of them.
    makeEvent(90, { user: "agency", name: "wander" }),
  );
  await refreshEverything(project, NOW);
}, 60_000);

const timelineOf = async (id: string, order: "asc" | "desc", limit: number) => {
  const rows = [];
  let cursor: string | undefined;
  do {
    const page = await listAccountEvents(scope, id, { order, limit, cursor });
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
};

test("the timeline has people's events from while they belonged to it, with who did them, in pages of any length", async () => {
  const whole = await timelineOf("acme", "desc", 1_000);
  const by = (ref: string) => whole.filter(({ person }) => person.ref === ref).map(({ name }) => name);
  expect(by("u:ada")).toHaveLength(50);
  expect(by("u:bob")).toEqual(Array(20).fill("invite"));
  expect(by("u:agency")).toEqual(["look"]);
  for (const limit of [1, 7, 40]) {
    const ids = (await timelineOf("acme", "desc", limit)).map(({ id }) => id);
    expect(ids).toEqual(whole.map(({ id }) => id));
    expect((await timelineOf("acme", "asc", limit)).map(({ id }) => id)).toEqual(ids.toReversed());
  }
  const { rows } = await accountPeople(scope, "acme", { limit: 10 });
  for (const { ref, events } of rows) expect(by(ref), ref).toHaveLength(events);
});

test("its filters work like a person's", async () => {
  const { rows } = await listAccountEvents(scope, "acme", { order: "asc", limit: 100, filter: { names: ["export"] } });
  expect(rows).toHaveLength(25);
  expect(await eventNamesOfAccount(scope, "acme", 10)).toEqual([
    { name: "export", count: 25 },
    { name: "invite", count: 20 },
    { name: "look", count: 1 },
  ]);
});

test("a timeline's file has its events in its order, with who did them", async () => {
  const response = exportAccountTimeline(scope, "acme", { order: "asc", filter: undefined }, ["person", "event"]);
  const [head, ...rows] = parseCsv(await response.text());
  expect(head).toEqual(["person", "event"]);
  expect(rows.length).toBe((await timelineOf("acme", "asc", 1_000)).length + 3);
  expect(ACCOUNT_TIMELINE_COLUMNS).toContain("person");
});

test("a page costs one probe per lane, and only lanes on the page are read", async () => {
  const query = accountEventsQuery(scope, "acme", eventsPageOf({ order: "desc", limit: 20 }));
  const { rows } = await pool().query({ text: `EXPLAIN ${query.text}`, values: query.values });
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).not.toMatch(/Seq Scan on (events|account_people|identities)/);
});

test("who uses what: the most active people, the most used events, and how often each person did each", async () => {
  const { people, uses, cells } = await featureUsage(scope, "acme");
  expect(people.map(({ ref }) => ref)).toEqual(["u:ada", "u:bob", "u:agency"]);
  expect(people.map(({ left }) => left)).toEqual([false, true, false]);
  expect(uses.map(({ name, people: count, events }) => `${name} ${count} ${events}`)).toEqual([
    "export 1 25",
    "invite 1 20",
    "look 1 1",
  ]);
  const [ada, bob, agency] = people.map(({ person }) => person);
  expect(cells.map(({ person, name, events }) => `${person} ${name} ${events}`).sort()).toEqual(
    [`${ada} export 25`, `${bob} invite 20`, `${agency} look 1`].sort(),
  );
});

test("people are listed with since, until and reason, and with who acts for many accounts", async () => {
  const { rows } = await accountPeople(scope, "acme", { limit: 1 });
  expect(rows).toHaveLength(1);
  const all: AccountPerson[] = [];
  let cursor: string | undefined;
  do {
    const page = await accountPeople(scope, "acme", { limit: 1, cursor });
    all.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor);
  expect(all.map(({ ref }) => ref).sort()).toEqual(["u:ada", "u:agency", "u:bob"]);
  const of = (ref: string) => all.find((one) => one.ref === ref);
  expect(of("u:bob")).toMatchObject({ reasons: ["event"] });
  expect(of("u:bob")?.until).not.toBeNull();
  expect(of("u:ada")?.until).toBeNull();
  expect(of("u:agency")?.accounts).toBe(ACTS_FOR_MANY_FROM + 1);
  expect(await countsOf("acme")).toMatchObject({ people: 2, former: 1, internal: 0, actForMany: 1 });
  await expect(accountPeople(scope, "acme", { limit: 1, cursor: "x" })).rejects.toMatchObject({ field: "cursor" });
});

/** As the facts job counted them, which is what a count of all people says. */
async function countsOf(id: string) {
  const today = isoDay(dayOf(NOW));
  const shown = await accountDetails(scope, id, today);
  expect(shown?.counts).toEqual(await countsNow(scope, id, today));
  return shown?.counts;
}

test("an account's people count equals the users list it links to", async () => {
  for (const id of ["acme", "beta"]) {
    const { people, former } = await countsNow(scope, id, isoDay(dayOf(NOW)));
    const filter = await compileRule(scope, { kind: "and", of: [{ kind: "account", is: "in", ids: [id] }] }, NOW);
    expect(await countPeople(scope, { tab: "everyone", filter }), id).toEqual({ count: people, exact: true });
    expect(former).toBe(id === "acme" ? 1 : 0);
  }
});

test("numbers of a period and the previous one match the account's own days", async () => {
  const today = dayOf(START + 49 * DAY_MS);
  const days = await accountDays(scope, "acme");
  const numbers = accountPeriods(days, (await countsNow(scope, "acme", isoDay(today))).periodPeople, today);
  expect(numbers[7].now).toEqual({ people: 1, events: 7, days: 7 });
  expect(numbers[30].now).toEqual({ people: 1, events: 30, days: 30 });
  expect(numbers[30].before.people).toBe(3);
  const until = (from: number, to: number) =>
    days.filter(({ day }) => day > today - to && day <= today - from).reduce((sum, { events }) => sum + events, 0);
  for (const period of [7, 30, 90] as const) {
    expect(numbers[period].now.events, `${period} days`).toBe(until(0, period));
    expect(numbers[period].before.events, `${period} days before`).toBe(until(period, 2 * period));
  }
});

test("the facts job counts everybody; until it has, for today, the page counts for itself", async () => {
  for (const id of ["acme", "beta", "client-0"]) await countsOf(id);
  expect((await countsOf("acme"))?.periodPeople).toEqual([0, 1, 1, 2, 3, 0]);
  expect((await accountDetails(scope, "acme", isoDay(dayOf(NOW) + 1)))?.counts).toBeNull();
});

test("each write of a property is in its history", async () => {
  await pool().query("DELETE FROM account_changes WHERE project_id = $1", [project.id]);
  await pool().query(
    `INSERT INTO account_changes (project_id, account_id, ts, id, key, value)
     SELECT $1, 'acme', $2::timestamptz + n * interval '1 min', gen_random_uuid(), key, value
       FROM (VALUES (0, 'name', '"Acme"'::jsonb), (0, 'properties.plan', '"free"'), (5, 'properties.plan', '"pro"')) v(n, key, value)`,
    [project.id, new Date(START)],
  );
  const { changes, complete } = await accountHistory(scope, "acme");
  expect(complete).toBe(true);
  expect(changes.get("plan")?.map(({ value }) => value)).toEqual(["pro", "free"]);
  expect(changes.get("name")?.map(({ value }) => value)).toEqual(["Acme"]);
});

test("an account is found by id, domain and name, in its project only", async () => {
  expect((await searchAccounts(scope, "ACM", 5)).map(({ id }) => id)).toEqual(["acme"]);
  expect((await searchAccounts(scope, "beta.example", 5)).map(({ id }) => id)).toEqual(["beta"]);
  expect((await accountsByIdOrDomain(scope, { id: "acme", domain: "" })).map(({ id }) => id)).toEqual(["acme"]);
  expect((await accountsByIdOrDomain(scope, { id: "", domain: "BETA.example" })).map(({ id }) => id)).toEqual(["beta"]);
  expect((await accountSummary(scope, "acme"))?.people).toBe(2);
  const stranger = grantScope((await makeModelProject(pool())).id, "system:test");
  expect(await searchAccounts(stranger, "acme", 5)).toEqual([]);
  expect(await accountsByIdOrDomain(stranger, { id: "acme", domain: "" })).toEqual([]);
  expect(await accountsByIdOrDomain(stranger, { id: "", domain: "beta.example" })).toEqual([]);
  expect(await accountSummary(stranger, "acme")).toBeNull();
  expect((await listAccountEvents(stranger, "acme", { order: "asc", limit: 5 })).rows).toEqual([]);
  expect((await accountPeople(stranger, "acme", { limit: 5 })).rows).toEqual([]);
  expect((await accountHistory(stranger, "acme")).changes.size).toBe(0);
  expect((await featureUsage(stranger, "acme")).people).toEqual([]);
  expect(await accountDays(stranger, "acme")).toEqual([]);
  expect(await accountDetails(stranger, "acme", isoDay(dayOf(NOW)))).toBeNull();
  expect((await countsNow(stranger, "acme", isoDay(dayOf(NOW)))).people).toBe(0);
});

const HOSTILE = [
  "a\0b",
  "\ud800",
  "a/b",
  "..",
  ".",
  "rows",
  "export",
  "=",
  "==x",
  "%2F",
  "x".repeat(255),
  "'; --",
  "\u202e",
];

test.each(HOSTILE)("the id %j is a safe URL and survives the round trip", async (id) => {
  expect(await accountsByIdOrDomain(scope, { id, domain: "" })).toEqual([]);
  expect(await accountsByIdOrDomain(scope, { id: "", domain: id })).toEqual([]);
  expect(await searchAccounts(scope, id, 5)).toEqual(expect.any(Array));
  if (!id.includes("\0")) expect(accountIdFromUrl(accountIdToUrl(id))).toBe(id);
  expect(["rows", "export", ".", ".."]).not.toContain(accountIdToUrl(id));
});

test.each(["", " ", "=", "a\0b", "x".repeat(256)])("the URL %j is not an account's", (segment) => {
  if (segment === "=") expect(accountIdFromUrl("==")).toBe("=");
  expect(accountIdFromUrl(segment)).toBeNull();
});
