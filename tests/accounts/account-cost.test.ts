import type { Sql } from "sql-template-tag";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { readAccountHead } from "@/components/accounts/read-head";
import { type AccountDetails, accountDetails } from "@/lib/accounts/page/account.queries";
import { featureUsage } from "@/lib/accounts/page/uses.queries";
import { pool } from "@/lib/db/pool";
import { saveFeatures } from "@/lib/features/features.store";
import { dayOf, isoDay } from "@/lib/format/time";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope, type Scope } from "@/lib/scope";
import { makeModelProject } from "../identity/run";
import { applyOperations, assigned, DAY_MS, described, makeEvent, refreshEverything, START } from "./support";

const NOW = START + 60 * DAY_MS;
const NAMES = ["export", "invite", "report", "search", "share"];
/** More people than the page shows, and four times as many. */
const ACCOUNTS = { small: 60, large: 240 };

let project: ProjectSettings;
let scope: Scope<"edit">;

beforeAll(async () => {
  project = await makeModelProject(pool());
  scope = grantScope(project.id, "system:test");
  for (const [account, people] of Object.entries(ACCOUNTS)) {
    await applyOperations(project, described(0, account, { name: account }));
    for (let from = 0; from < people; from += 200) {
      const some = Array.from({ length: Math.min(200, people - from) }, (_, i) => `${account}-${from + i}`);
      await applyOperations(
        project,
        ...some.flatMap((user, i) => [
          assigned(1, user, account),
          ...NAMES.map((name, n) => makeEvent(2 + ((from + i) % 40) * 1_440 + n, { user, name })),
        ]),
      );
    }
  }
  await saveFeatures(scope, [
    { id: "", name: "Sharing", events: ["invite", "share"] },
    { id: "", name: "Finding", events: ["report", "search"] },
    { id: "", name: "Unused", events: ["nothing"] },
  ]);
  await refreshEverything(project, NOW);
  await pool().query(
    "VACUUM ANALYZE account_people, account_events, account_facts, account_days, account_names, features",
  );
}, 240_000);

afterEach(() => vi.restoreAllMocks());

type Read = { statements: number; buffers: number; rows: number; account: AccountDetails | null };

/** Opens the account's page, and runs each of its statements again to see what it reads. */
async function read(id: string): Promise<Read> {
  const query = vi.spyOn(pool(), "query");
  const connect = vi.spyOn(pool(), "connect");
  const account = await accountDetails(scope, id, isoDay(dayOf(NOW)));
  expect(account?.counts).not.toBeNull();
  await Promise.all([readAccountHead(scope, account as AccountDetails, NOW), featureUsage(scope, id)]);
  const statements = query.mock.calls.map(([one]) => one as unknown as Sql);
  // No transaction beside them: query() itself takes a connection for each.
  expect(connect).toHaveBeenCalledTimes(statements.length);
  vi.restoreAllMocks();
  let [buffers, rows] = [0, 0];
  for (const { text, values } of statements) {
    const found = await pool().query<{ "QUERY PLAN": [{ Plan: Plan }] }>({
      text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values,
    });
    const plan = found.rows[0]?.["QUERY PLAN"][0].Plan as Plan;
    buffers += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
    rows += rowsRead(plan);
  }
  return { statements: statements.length, buffers, rows, account };
}

type Plan = {
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
};

const rowsRead = (plan: Plan): number =>
  (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0)) * plan["Actual Loops"] +
  (plan.Plans ?? []).reduce((sum, one) => sum + rowsRead(one), 0);

test("an account's page takes six statements, which read as much for four times the people", async () => {
  const [small, large] = [await read("small"), await read("large")];
  expect(small.account?.counts?.people).toBe(ACCOUNTS.small);
  expect(large.account?.counts?.people).toBe(ACCOUNTS.large);
  expect(small.statements).toBe(6);
  expect(large.statements).toBe(6);
  expect(small.rows).toBeGreaterThan(50);
  expect(large.rows / small.rows).toBeLessThan(1.5);
  expect(large.buffers / small.buffers).toBeLessThan(1.5);
});

test("features with several events have the number of people that a count of the account's rows finds", async () => {
  for (const [id, people] of Object.entries(ACCOUNTS)) {
    const counted = await featureUsage(scope, id);
    expect(counted.uses.map((use) => [use.label, use.people])).toEqual([
      ["Sharing", people],
      ["Finding", people],
      ["Unused", 0],
    ]);
    expect(counted.uses[0]?.events).toBe(2 * people);
    await pool().query("UPDATE account_facts SET feature_people = '{}' WHERE project_id = $1 AND account_id = $2", [
      project.id,
      id,
    ]);
    expect((await featureUsage(scope, id)).uses).toEqual(counted.uses);
  }
});
