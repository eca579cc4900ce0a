import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { adoptionParams } from "@/components/insights/adoption-url";
import { healthOf, trendOf } from "@/lib/accounts/health";
import { findAccountByText } from "@/lib/accounts/list/find-account";
import {
  accountOrder,
  accountsQuery,
  accountTotals,
  accountTotalsQuery,
  listAccounts,
} from "@/lib/accounts/list/list.queries";
import { ACCOUNT_SORTS, ACCOUNT_TABS, type AccountSort, type AccountSummary } from "@/lib/accounts/types";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { pool } from "@/lib/db/pool";
import { exportAccounts } from "@/lib/export/accounts";
import { newId } from "@/lib/ids";
import { grantScope } from "@/lib/scope";
import { suggestAccountProperties } from "@/lib/segments/suggest.queries";
import { anyCharacter } from "@/tests/support/any-character";
import { insertAccountFacts, randomAccounts, type StoredAccount } from "../support/account-facts";
import { parseCsv } from "../support/csv";

const ACCOUNTS = 400;
const projectId = newId();
const scope = grantScope(projectId, "system:test");
const bigId = newId();
const big = grantScope(bigId, "system:test");
const BIG = 20_000;
let stored: StoredAccount[] = [];

beforeAll(async () => {
  stored = randomAccounts(ACCOUNTS);
  await insertAccountFacts(projectId, stored);
  await insertAccountFacts(newId(), randomAccounts(50));
  await insertAccountFacts(bigId, randomAccounts(BIG));
  await pool().query("ANALYZE account_facts");
}, 120_000);

const all = async (sort: AccountSort | undefined, tab: (typeof ACCOUNT_TABS)[number] = "all", limit = 37) => {
  const rows: AccountSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAccounts(scope, { tab, sort, limit, cursor });
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return rows;
};

const STATES = ["quiet", "growing", "new", "steady", "gone", "unseen"];
type Comparable = string | number | null;
function sortedValue(account: AccountSummary, by: AccountSort["by"]): Comparable {
  if (typeof by === "object") {
    const value = account.properties[by.property];
    return typeof value === "string" || typeof value === "number" ? value : null;
  }
  if (by === "name") return (account.name ?? account.id).toLowerCase();
  if (by === "health") return STATES.indexOf(account.health.state);
  if (by === "trend") {
    const facts = stored.find(({ id }) => id === account.id);
    return facts ? trendOf({ ...account, weekPeople: account.trend, computedOn: facts.computedOn }) : null;
  }
  return Reflect.get(account, by) as Comparable;
}

const sorts = [...ACCOUNT_SORTS, { property: "plan" }, { property: "seats" }].flatMap((by) =>
  (["asc", "desc"] as const).map((order) => [by, order] as const),
);

test.each(sorts)("by %j, %s: every account once, in order, those without a value last", async (by, order) => {
  const rows = await all({ by, order });
  const mine = stored.filter(({ isInternal }) => !isInternal);
  expect(rows.map(({ id }) => id).sort()).toEqual(mine.map(({ id }) => id).sort());
  const values = rows.map((row) => sortedValue(row, by));
  const known = values.filter((value) => value !== null);
  expect(values.slice(0, known.length), "those without a value come last").toEqual(known);
  for (let i = 1; i < known.length; i++) {
    const [a, b] = [known[i - 1], known[i]] as [string | number, string | number];
    if (typeof a === typeof b) expect(order === "asc" ? a <= b : a >= b, `${a}, then ${b}`).toBe(true);
  }
});

test("each tab lists exactly the accounts in its state, and its count is their number", async () => {
  const totals = await accountTotals(scope, undefined);
  for (const tab of ACCOUNT_TABS) {
    const wanted = stored.filter(
      (one) =>
        one.isInternal === (tab === "internal") &&
        (tab === "all" || tab === "internal" || healthOf({ ...one, weekPeople: one.trend }).state === tab),
    );
    const rows = await all(undefined, tab);
    expect(rows.map(({ id }) => id).sort(), tab).toEqual(wanted.map(({ id }) => id).sort());
    expect(totals[tab], tab).toBe(wanted.length);
    if (tab !== "internal") expect(wanted.length, `the sample has some of ${tab}`).toBeGreaterThan(5);
  }
});

test("a search finds any part of id, name, domain and property value, and nothing else", async () => {
  for (const [search, finds] of [
    ["acme 7", (one: StoredAccount) => one.name?.toLowerCase().includes("acme 7")],
    ["c-12", (one: StoredAccount) => one.id.includes("c-12")],
    ["d7.example", (one: StoredAccount) => one.domain?.includes("d7.example")],
    ["plan 3", (one: StoredAccount) => String(one.properties.plan).includes("plan 3")],
    ["100%", () => false],
  ] as const) {
    const { rows } = await listAccounts(scope, { tab: "all", search, limit: 1_000 });
    const wanted = stored.filter((one) => !one.isInternal && finds(one)).map(({ id }) => id);
    expect(rows.map(({ id }) => id).sort(), search).toEqual(wanted.sort());
    expect((await accountTotals(scope, search)).all, search).toBe(wanted.length);
  }
});

test.each(["", "x", "eyJ4IjoxfQ", Buffer.from('["accounts","[\\"all\\",null]","no time","c"]').toString("base64url")])(
  "the cursor %j is rejected, naming the parameter",
  async (cursor) => {
    await expect(listAccounts(scope, { tab: "all", limit: 10, cursor })).rejects.toMatchObject({ field: "cursor" });
  },
);

test("a search accepts any text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: anyCharacter, maxLength: 300 }), async (search) => {
      const { rows } = await listAccounts(scope, { tab: "all", search, limit: 10 });
      expect(rows.length).toBeLessThanOrEqual(10);
    }),
    { numRuns: 60 },
  );
});

test("the file has the list's accounts in its order, with properties and reasons", async () => {
  const response = exportAccounts(scope, { tab: "all", sort: { by: "people", order: "desc" } }, "id,people,why,p:plan");
  const [head, ...rows] = parseCsv(await response.text());
  const list = await all({ by: "people", order: "desc" });
  expect(head).toEqual(["id", "people", "why", "plan"]);
  expect(rows).toEqual(
    list.map(({ id, people, health, properties }) => [
      id,
      String(people),
      health.reason,
      String(properties.plan ?? ""),
    ]),
  );
});

test("properties of accounts are suggested, of this project's only", async () => {
  const keys = (await suggestAccountProperties(scope)).map(({ key }) => key);
  expect(new Set(keys)).toEqual(new Set(["plan", "seats"]));
  expect(await suggestAccountProperties(grantScope(newId(), "system:test"))).toEqual([]);
});

test("of two accounts with the same name, the one shown is found again, and a typed name finds the first", async () => {
  const twinsId = newId();
  const twins = grantScope(twinsId, "system:test");
  const [model] = stored.filter(({ isInternal }) => !isInternal);
  const twin = (id: string, name: string | null, lastSeen: number) => ({
    ...(model as StoredAccount),
    id,
    name,
    lastSeen,
  });
  await insertAccountFacts(twinsId, [twin("a1", "Acme", 1), twin("b2", "Acme", 2), twin("c3", "Other", 3)]);
  for (const id of ["a1", "b2"]) {
    expect(await findAccountByText(twins, id)).toEqual({ id, name: "Acme" });
    expect(await findAccountByText(twins, "Acme", id)).toEqual({ id, name: "Acme" });
  }
  expect(await findAccountByText(twins, "Acme"), "the list's first").toEqual({ id: "b2", name: "Acme" });
  expect(await findAccountByText(twins, "Other", "a1"), "another was typed").toEqual({ id: "c3", name: "Other" });
  expect(await findAccountByText(scope, "Acme", "a1"), "another project's").not.toMatchObject({ id: "a1" });
  const form = (search: Record<string, string>) => adoptionParams(search, 0);
  expect(form({ account: "Acme", accountId: "b2" })).toMatchObject({ account: "Acme", accountId: "b2" });
  expect(form({ accountId: "b2" }).accountId, "the field was emptied").toBeUndefined();
});

async function planOf(query: { text: string; values: unknown[] }): Promise<string> {
  const { rows } = await pool().query({ text: `EXPLAIN ${query.text}`, values: query.values });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

const indexed = (ACCOUNT_COLUMNS as readonly Column[]).filter(({ sort }) => sort !== "all");
const walks = [{ key: "name", sort: "account_facts_name_idx", kind: "text" }, ...indexed].flatMap((column) =>
  (["asc", "desc"] as const).map((order) => [column.key, order, column] as const),
);

test.each(walks)("sorted by %s, %s: pages walk its index and sort nobody", async (by, order, column) => {
  const wanted = accountOrder({ by: by as "people", order }, "all");
  const key = { number: "3", time: "2026-11-01", text: "m", list: "m" }[column.kind as Column["kind"]];
  const pages = [
    { from: undefined, tail: false, limit: 51 },
    { from: { key, id: "c-50" }, tail: false, limit: 51 },
  ];
  for (const page of pages) {
    const plan = await planOf(accountsQuery(big, { tab: "all" }, wanted, page));
    expect(plan, plan).toContain(column.sort);
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  }
});

test("a search uses the trigram index; counts and orders by a property read the project's accounts once", async () => {
  const page = { from: undefined, tail: false, limit: 51 };
  const searched = accountsQuery(big, { tab: "all", search: "acme 1234" }, accountOrder(undefined, "all"), page);
  expect(await planOf(searched)).toContain("account_facts_search_idx");
  expect((await planOf(accountTotalsQuery(big, undefined))).match(/ on account_facts f/g)).toHaveLength(1);
  const byPlan = accountOrder({ by: { property: "plan" }, order: "asc" }, "all");
  const plan = await planOf(accountsQuery(big, { tab: "all" }, byPlan, page));
  // Once all of them, then the rows of the page by their key.
  expect(plan.match(/ on account_facts f_1/g), plan).toHaveLength(1);
  expect(plan, plan).toContain("account_facts_pkey");
});

test("tabs, and orders by health and trend, walk an index", async () => {
  const page = { from: undefined, tail: false, limit: 51 };
  for (const by of ["health", "trend"] as const) {
    const plan = await planOf(accountsQuery(big, { tab: "all" }, accountOrder({ by, order: "asc" }, "all"), page));
    expect(plan, plan).toContain(`account_facts_${by}`);
    expect(plan, plan).not.toMatch(/Seq Scan|Sort/);
  }
  for (const tab of ["quiet", "growing", "new"] as const) {
    const plan = await planOf(accountsQuery(big, { tab }, accountOrder(undefined, tab), page));
    expect(plan, plan).toMatch(/account_facts_(?:health|first_seen)/);
    expect(plan, plan).not.toContain("Seq Scan");
  }
});
