import { beforeAll, expect, test } from "vitest";
import { listAccounts } from "@/lib/accounts/list/list.queries";
import { featureUsage } from "@/lib/accounts/page/uses.queries";
import { drawPopulation } from "@/lib/adoption/adoption.queries";
import { weeklyUse } from "@/lib/adoption/weeks.queries";
import { signUp } from "@/lib/auth/members.store";
import { pool } from "@/lib/db/pool";
import { DEMO_ACCOUNT_SEGMENTS, DEMO_FEATURES } from "@/lib/example/accounts";
import { generateDemo } from "@/lib/example/generate";
import { loadDemo } from "@/lib/example/load";
import type { DemoCompany, Story } from "@/lib/example/person";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { completeRisk } from "@/lib/jobs/risk";
import { clientById } from "@/lib/projects/clients.store";
import { accountsAtRisk, quietChampions } from "@/lib/risk/account-risk.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { compileAccountRule } from "@/lib/segments/compile.queries";
import type { AccountRule } from "@/lib/segments/rule";

/** The demo's planted companies, and a few others, as the account screens show them. */
const DAY_MS = 86_400_000;
const OTHERS = 12;

let scope: Scope;
const companies = new Map<Story | null, DemoCompany[]>();
const planted = (story: Story): DemoCompany => (companies.get(story) ?? [])[0] as DemoCompany;

beforeAll(async () => {
  const demo = generateDemo({ seed: "larder", now: Date.now(), people: 500, visitors: 0 });
  for (const company of new Set(demo.people.map((person) => person.company))) {
    const known = companies.get(company.story) ?? [];
    if (company.story !== null || known.length < OTHERS) companies.set(company.story, [...known, company]);
  }
  const chosen = new Set([...companies.values()].flat());
  const people = demo.people.filter(({ company }) => chosen.has(company));
  const users = new Set(people.map(({ userId }) => userId));
  const streams = new Set(people.flatMap(({ devices }) => devices.map(({ anonymousId }) => anonymousId)));
  const operations = demo.operations.filter(({ user, anon }) => (user ? users.has(user) : streams.has(anon ?? "")));
  const { write, projectId } = await signUp({
    email: "stories@example.com",
    password: "correct horse battery",
    name: "Demo",
    projectName: "Larder",
  });
  const client = await clientById(pool(), write.clientId);
  if (!client) throw new Error("the client was just made");
  await loadDemo(client.settings, operations, () => {});
  await refreshAllFacts(pool(), projectId);
  scope = grantScope(projectId, "system:test");
}, 120_000);

test.each([
  ["Owner gone, team still here", "champion_left"],
  ["Stopped counting stock", "feature_dropped"],
  ["Teams that grow", "team_grows"],
] as const)("the segment “%s” finds the planted company, and few others", async (name, story) => {
  const rule = DEMO_ACCOUNT_SEGMENTS.find((segment) => segment.name === name)?.rule as AccountRule;
  const filter = await compileAccountRule(scope, rule);
  const found = (await listAccounts(scope, { tab: "all", filter, limit: 50 })).rows.map(({ id }) => id);
  expect(found).toContain(planted(story).id);
  expect(found.length).toBeLessThan(OTHERS / 2);
});

test("adoption by week shows that the company with the dropped feature has not used it for six weeks", async () => {
  const feature = {
    id: "stock",
    ...(DEMO_FEATURES.find(({ name }) => name === "Stock counts") as (typeof DEMO_FEATURES)[number]),
  };
  const whom = { segment: null, account: planted("feature_dropped").id };
  const { weeks } = await weeklyUse(scope, feature, await drawPopulation(scope, whom, Date.now()), Date.now());
  const used = weeks.map(({ first, again }) => first + again);
  expect(used.slice(0, 4).some((people) => people > 0)).toBe(true);
  expect(used.slice(-5)).toEqual([0, 0, 0, 0, 0]);
});

const idsOf = async (tab: "quiet" | "growing"): Promise<string[]> =>
  (await listAccounts(scope, { tab, limit: 50 })).rows.map(({ id }) => id);

test("the company whose champion left is going quiet while it still pays, with the reason", async () => {
  const { rows } = await listAccounts(scope, { tab: "quiet", limit: 50 });
  const company = planted("champion_left");
  const row = rows.find(({ id }) => id === company.id);
  expect(row).toMatchObject({ name: company.name, people: company.seats });
  expect(row?.health.reason).toMatch(/in 7 days, usually \d/);
  expect(row?.revenue).toBeGreaterThan(0);
  expect(await idsOf("growing")).not.toContain(company.id);
});

test("risk of accounts lists that company, with its champion, among those whose champion went quiet or at risk", async () => {
  const company = planted("champion_left");
  await completeRisk(pool(), scope.projectId);
  const [quiet, atRisk] = [await quietChampions(scope, 50), await accountsAtRisk(scope, 50)];
  const why = [...quiet, ...atRisk].find(({ id }) => id === company.id)?.why;
  expect(why).toMatch(/, its most active person, silent for \d+ days/);
  expect(quiet.length).toBeLessThan(OTHERS / 2);
});

test("the growing team is listed as growing, and no quiet one is", async () => {
  const [growing, quiet] = [await idsOf("growing"), await idsOf("quiet")];
  expect(growing).toContain(planted("team_grows").id);
  expect(growing.filter((id) => quiet.includes(id))).toEqual([]);
});

test("who uses what shows the dropped feature: used by several people, but by nobody for forty days", async () => {
  const { uses, cells } = await featureUsage(scope, planted("feature_dropped").id);
  expect(uses.map(({ name }) => name)).toContain("stock_count_started");
  const last = (name: string): number =>
    Math.max(...cells.filter((cell) => cell.name === name).map(({ lastAt }) => lastAt));
  expect(Date.now() - last("stock_count_started")).toBeGreaterThan(39 * DAY_MS);
  expect(Date.now() - last("recipe_opened")).toBeLessThan(14 * DAY_MS);
});
