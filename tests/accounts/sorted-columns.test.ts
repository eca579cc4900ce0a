import { beforeAll, expect, test } from "vitest";
import { eraseAccounts } from "@/lib/accounts/erase.store";
import { accountOrder, accountsQuery, listAccounts } from "@/lib/accounts/list/list.queries";
import {
  accountColumnDue,
  advanceAccountColumn,
  sortedAccountColumn,
  writeAccountValues,
} from "@/lib/accounts/sorted-columns.store";
import type { AccountSort } from "@/lib/accounts/types";
import { pool, transaction } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { grantScope } from "@/lib/scope";
import { insertAccountFacts, randomAccounts } from "../support/account-facts";

const projectId = newId();
const scope = grantScope(projectId, "system:test");
const DAY_MS = 24 * 60 * 60 * 1000;
const sorts = ["plan", "seats", "nothing"].flatMap((property) =>
  (["asc", "desc"] as const).map((order): AccountSort => ({ by: { property }, order })),
);

beforeAll(async () => {
  await insertAccountFacts(projectId, randomAccounts(300));
});

/** Ids in pages of 37. */
async function ids(sort: AccountSort): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAccounts(scope, { tab: "all", sort, limit: 37, cursor });
    found.push(...page.rows.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

async function tend(now = Date.now(), limit = 70): Promise<number> {
  for (let steps = 0; ; steps++) {
    const due = await accountColumnDue(pool(), now, projectId);
    if (!due) return steps;
    await transaction(pool(), (tx) => advanceAccountColumn(tx, due, limit));
  }
}

const columnIdOf = (property: string) => sortedAccountColumn(scope, property, Date.now());

test("sorting by a property gives the same order once it is kept, page by page, and walks its index", async () => {
  const before = new Map<AccountSort, string[]>();
  for (const sort of sorts) before.set(sort, await ids(sort));
  expect(await columnIdOf("seats")).toBeNull();
  expect(await tend()).toBeGreaterThan(3);
  expect(await columnIdOf("seats")).not.toBeNull();
  for (const sort of sorts) expect(await ids(sort), JSON.stringify(sort)).toEqual(before.get(sort));

  await pool().query("ANALYZE account_facts, account_values");
  const order = accountOrder({ by: { property: "seats" }, order: "desc" }, "all", await columnIdOf("seats"));
  const query = accountsQuery(scope, { tab: "all" }, order, { from: undefined, tail: false, limit: 51 });
  const { rows } = await pool().query(`EXPLAIN ${query.text}`, query.values);
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan, plan).toContain("account_values_value_idx");
});

test("the kept order follows changed, removed and erased values", async () => {
  const by: AccountSort = { by: { property: "seats" }, order: "desc" };
  const [first = "", second = "", third = ""] = await ids(by);
  const set = (id: string, value: string) =>
    pool().query(
      `UPDATE account_facts SET properties = properties || $3::jsonb WHERE project_id = $1 AND account_id = $2`,
      [projectId, id, `{"seats": ${value}}`],
    );
  const last = (await ids({ by: { property: "seats" }, order: "asc" }))[0] as string;
  await set(last, "1000000");
  await set(first, "null");
  await transaction(pool(), (tx) => writeAccountValues(tx, projectId, [first, last]));
  await transaction(pool(), (tx) => eraseAccounts(tx, projectId, [second], new Date().toISOString()));
  const now = await ids(by);
  expect(now.slice(0, 2)).toEqual([last, third]);
  expect(now.indexOf(first)).toBeGreaterThan(2);
  expect(now).not.toContain(second);
  const { rows } = await pool().query(
    "SELECT account_id FROM account_values WHERE project_id = $1 AND account_id = $2",
    [projectId, second],
  );
  expect(rows).toEqual([]);
});

test("a property that nobody sorts by for a month is dropped in steps, and the order does not change", async () => {
  const by: AccountSort = { by: { property: "plan" }, order: "asc" };
  const before = await ids(by);
  await tend(Date.now() + 32 * DAY_MS);
  const { rows } = await pool().query("SELECT 1 FROM account_values WHERE project_id = $1", [projectId]);
  expect(rows).toEqual([]);
  expect(await ids(by)).toEqual(before);
});

test("a project has a limited number of sorted properties", async () => {
  for (let i = 0; i < 40; i++) await columnIdOf(`property ${i}`);
  const { rows } = await pool().query("SELECT count(*)::int AS n FROM account_columns WHERE project_id = $1", [
    projectId,
  ]);
  expect(rows).toEqual([{ n: 24 }]);
  expect(await columnIdOf("x".repeat(300))).toBeNull();
});
