import { afterEach, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { listSetAside } from "@/lib/debugger/set-aside.queries";
import { eraseAccount } from "@/lib/ingest/corrections/accounts";
import { completeStates } from "@/lib/jobs/lifecycle";
import { completeRisk } from "@/lib/jobs/risk";
import { lifecycleProgress } from "@/lib/lifecycle/weeks.queries";
import { grantScope } from "@/lib/scope";
import { applyOperations, DAY_MS, makeEvent, refreshEverything, START } from "../accounts/support";
import { makeModelProject } from "../identity/run";
import { allowInDatabase, refuseInDatabase } from "./poison";

const NOW = START + 60 * DAY_MS;
const DAY_MINUTES = 24 * 60;
const ACCOUNTS = Array.from({ length: 5 }, (_, i) => `account ${i}`);

afterEach(allowInDatabase);

/** Accounts that were active daily until ten days ago. */
async function accounts() {
  const project = await makeModelProject(pool());
  const days = Array.from({ length: 40 }, (_, i) => 10 + i);
  await applyOperations(
    project,
    ...ACCOUNTS.flatMap((account, i) =>
      days.map((day) => makeEvent(day * DAY_MINUTES, { user: `u${i}`, groups: [account] })),
    ),
  );
  await refreshEverything(project, NOW);
  return { id: project.id, scope: grantScope(project.id, "member:test") };
}

const idsIn = async (query: string, projectId: string): Promise<string[]> =>
  (await pool().query<{ id: string }>(query, [projectId])).rows.map(({ id }) => id);

test("an account whose state cannot be stored does not hold up the others, and is retried", async () => {
  const { id, scope } = await accounts();
  await pool().query("UPDATE projects SET dormant_min_days = 5, dormant_max_days = 8, dormant_gaps = 4 WHERE id = $1", [
    id,
  ]);
  await refuseInDatabase("account_states", "account_id = 'account 2' AND state = 4");
  const dormant = () =>
    idsIn(
      `SELECT account_id AS id FROM account_states
        WHERE project_id = $1 AND state = 4 AND until = 'infinity' AND since <= '${new Date(NOW).toISOString()}' ORDER BY 1`,
      id,
    );
  await completeStates(pool(), id, NOW);
  expect(await dormant()).toEqual(ACCOUNTS.filter((one) => one !== "account 2"));
  expect(await lifecycleProgress(scope, "accounts")).toBe("settled");
  expect((await listSetAside(scope)).rows).toMatchObject([
    {
      job: "account-states",
      subject: "account 2",
      name: "account 2",
      ref: null,
      reason: expect.stringContaining("23514"),
    },
  ]);
  await allowInDatabase();
  await completeStates(pool(), id, NOW + 60_000);
  expect((await listSetAside(scope)).total, "before its time").toBe(1);
  await completeStates(pool(), id, NOW + DAY_MS);
  expect(await dormant()).toEqual(ACCOUNTS);
  expect((await listSetAside(scope)).total).toBe(0);
});

test("an account whose risk cannot be stored does not hold up the others", async () => {
  const { id, scope } = await accounts();
  await pool().query("DELETE FROM account_risk WHERE project_id = $1", [id]);
  await refuseInDatabase("account_risk", "account_id = 'account 2'");
  const known = () => idsIn("SELECT account_id AS id FROM account_risk WHERE project_id = $1 ORDER BY 1", id);
  await completeRisk(pool(), id, NOW);
  expect(await known()).toEqual(ACCOUNTS.filter((one) => one !== "account 2"));
  expect((await listSetAside(scope)).rows).toMatchObject([{ job: "account-risk", subject: "account 2" }]);
  await allowInDatabase();
  await completeRisk(pool(), id, NOW + DAY_MS);
  expect(await known()).toEqual(ACCOUNTS);
  expect((await listSetAside(scope)).total).toBe(0);
});

test("an erased account is not among those set aside", async () => {
  const { id, scope } = await accounts();
  await refuseInDatabase("account_risk", "account_id = 'account 2'");
  await pool().query("DELETE FROM account_risk WHERE project_id = $1", [id]);
  await completeRisk(pool(), id, NOW);
  expect((await listSetAside(scope)).total).toBe(1);
  await eraseAccount(scope, "account 2", NOW);
  expect((await listSetAside(scope)).total).toBe(0);
});
