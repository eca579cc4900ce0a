import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/v1/insights/adoption/route";
import { accountTotals } from "@/lib/accounts/list/list.queries";
import {
  accountRuleOfCell,
  accountRuleOfCohort,
  accountRuleOfWeek,
  accountsRule,
} from "@/lib/adoption/account-adoption";
import { EVERYBODY, mondayOf, ruleOfCohort, USE_GROUPS, WEEK_COLUMNS, WEEK_MS } from "@/lib/adoption/adoption";
import { cohortRetentionOf, drawPopulation } from "@/lib/adoption/adoption.queries";
import { adoptionBy } from "@/lib/adoption/subjects";
import { pool } from "@/lib/db/pool";
import { featuresOf } from "@/lib/features/features.queries";
import { saveFeatures } from "@/lib/features/features.store";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope, type Scope } from "@/lib/scope";
import { compileAccountRule } from "@/lib/segments/compile.queries";
import type { AccountRule, Rule } from "@/lib/segments/rule";
import { exactCount } from "@/tests/support/exact-count";
import { track } from "../api/support";
import { asServer, makeProject, type TestProject } from "../ingest/support";

const DAY_MS = 86_400_000;
const NOW = Date.now();
const FROM = NOW - 30 * DAY_MS;
const ASKED = { segment: null, from: FROM, before: FROM - 30 * DAY_MS };
/** Eight weeks ago. */
const MONDAY = mondayOf(NOW) - 8 * WEEK_MS;
let shop: TestProject;
let scope: Scope<"manage">;

beforeAll(async () => {
  shop = await makeProject();
  scope = grantScope(shop.id, "system:test");
  const did = (profileId: string, company: string, name: string, at: number) => ({
    type: "track",
    payload: { name, profileId, groups: [company] },
    timestamp: new Date(at).toISOString(),
  });
  const batch: object[] = [];
  for (let i = 0; i < 8; i++) {
    // Eight companies of three people; the first six use the feature, one more in each.
    for (const user of ["a", "b", "c"]) batch.push(did(`${user}${i}`, `co${i}`, "seen", NOW - 70 * DAY_MS));
    for (let use = 0; use < i && i < 6; use++)
      batch.push(did(`${"abc"[use % 3]}${i}`, `co${i}`, use % 2 ? "share" : "invite", NOW - (3 + 9 * use) * DAY_MS));
  }
  // Planted: three accounts began in one week; another of the people of two of them used it 15 days later.
  for (const i of [0, 1, 2]) batch.push(did(`a${i}`, `co${i}`, "planted", MONDAY + DAY_MS));
  for (const i of [0, 1]) batch.push(did(`b${i}`, `co${i}`, "planted", MONDAY + 16 * DAY_MS));
  // Planted: two people used it five times between them, stopped 45 days ago, and still come.
  for (let use = 0; use < 5; use++) batch.push(did(`${"ab"[use % 2]}8`, "co8", "planted", NOW - (45 + use) * DAY_MS));
  batch.push(did("a8", "co8", "seen", NOW - DAY_MS));
  // Not for the account: its person acts for another one.
  batch.push(did("c2", "elsewhere", "planted", MONDAY + 16 * DAY_MS));
  await track(shop, { batch });
  await saveFeatures(scope, [
    { id: "", name: "Sharing", events: ["invite", "share"] },
    { id: "", name: "Planted", events: ["planted"] },
    { id: "", name: "Unused", events: ["never_sent"] },
  ]);
  await refreshAllFacts(pool(), shop.id, NOW);
}, 120_000);

const listed = async (rule: AccountRule | null) => {
  if (!rule) throw new Error("no rule");
  return (await accountTotals(scope, undefined, await compileAccountRule(scope, rule, NOW))).all;
};

test("every number of every feature is that of the list of accounts behind it", async () => {
  const { features } = await featuresOf(scope);
  const { adoption } = await adoptionBy(scope, { ...ASKED, of: "accounts", features, now: NOW });
  expect(adoption).toMatchObject({ people: 10, isEstimate: false });
  expect(await listed(accountsRule(null))).toBe(10);
  for (const row of adoption.rows)
    for (const column of USE_GROUPS)
      expect(await listed(accountRuleOfCell(row.feature, column, ASKED)), `${row.feature.name} ${column}`).toBe(
        row[column],
      );
  expect(adoption.rows.map(({ ever, dropped, never }) => [ever, dropped, never])).toEqual([
    [5, 0, 5],
    [5, 1, 5],
    [0, 0, 10],
  ]);
});

test("the triangle of accounts counts any of their people, and each cell is the list behind it", async () => {
  const { features } = await featuresOf(scope);
  const feature = features.find(({ name }) => name === "Planted");
  const { retention } = await adoptionBy(scope, { ...ASKED, of: "accounts", features, feature, now: NOW });
  const row = retention?.rows.find(({ monday }) => monday === MONDAY);
  expect(row?.people).toBe(3);
  expect(row?.used.slice(0, 4)).toEqual([0, 2, 0, 0]);
  for (const { monday, people, used } of retention?.rows ?? []) {
    expect(await listed(accountRuleOfCohort(feature as never, monday, null))).toBe(people);
    for (const [i, n] of used.entries())
      if (people > 0 && n !== null)
        expect(await listed(accountRuleOfCohort(feature as never, monday, null, i + 1)), `week ${i + 1}`).toBe(n);
  }
});

test("week by week, of accounts: the planted data, and each number is the list behind it", async () => {
  const { features } = await featuresOf(scope);
  for (const feature of features) {
    const { use } = await adoptionBy(scope, { ...ASKED, of: "accounts", features, feature, now: NOW });
    for (const week of use?.weeks ?? [])
      for (const column of WEEK_COLUMNS)
        expect(
          await listed(accountRuleOfWeek(feature, column, week.monday, null)),
          `${feature.name} ${column} ${week.monday}`,
        ).toBe(week[column]);
    const planted = use?.weeks.find(({ monday }) => monday === MONDAY);
    if (feature.name === "Planted") expect(planted).toMatchObject({ first: 3, again: 0 });
  }
}, 60_000);

test("a feature of several events begins with the first of any, for people too", async () => {
  const { features } = await featuresOf(scope);
  const feature = features.find(({ name }) => name === "Sharing");
  if (!feature) throw new Error("no feature");
  const draw = await drawPopulation(scope, EVERYBODY, NOW);
  const people = (rule: Rule | null) => exactCount(scope, rule as Rule, NOW);
  const { rows } = await cohortRetentionOf(scope, feature, draw, NOW);
  expect(rows.reduce((sum, row) => sum + row.people, 0)).toBeGreaterThan(3);
  for (const { monday, people: began } of rows)
    expect(await people(ruleOfCohort(feature, monday, EVERYBODY))).toBe(began);
});

test("the API has the same, of accounts", async () => {
  const call = (query: string) =>
    GET(new Request(`http://127.0.0.1/api/v1/insights/adoption${query}`, { headers: asServer(shop.read) }));
  const { data, people } = (await (await call("?of=accounts")).json()) as { data: { ever: number }[]; people: number };
  expect([people, ...data.map(({ ever }) => ever)]).toEqual([10, 5, 5, 0]);
  expect((await call("?of=machines")).status).toBe(400);
});
