import { beforeAll, expect, test } from "vitest";
import { listAccounts } from "@/lib/accounts/list/list.queries";
import { presentAccountRisk } from "@/lib/api/present-risk";
import { riskSchema } from "@/lib/api/risk-schemas";
import { pool } from "@/lib/db/pool";
import { exportQuietChampions } from "@/lib/export/risk";
import { completeRisk } from "@/lib/jobs/risk";
import {
  accountsAtRisk,
  countAccountsAtRisk,
  countQuietChampions,
  quietChampions,
} from "@/lib/risk/account-risk.queries";
import { championRecord, outcomesOf, type ShownOutcomes } from "@/lib/risk/outcomes.queries";
import { riskState } from "@/lib/risk/risk.queries";
import type { Warning } from "@/lib/risk/warnings";
import type { Scope } from "@/lib/scope";
import { compileAccountRule } from "@/lib/segments/compile.queries";
import type { AccountTest } from "@/lib/segments/rule";
import { accountsWithChampions } from "@/scripts/risk/champions";
import type { InventedAccount } from "@/scripts/risk/populations";
import { accountsProject, daysBy, idOf, NOW, TODAY } from "./accounts-project";

const LAST = TODAY - 1;
const invented = accountsWithChampions(44, 400, "teams follow");
let scope: Scope;

beforeAll(async () => {
  scope = await accountsProject(invented, () => 0);
  await completeRisk(pool(), scope.projectId, NOW);
}, 120_000);

/**
 * The rule of docs/risk.md, from the days: the champion, and for how long they have been silent if that is too long.
 */
function championAt({ people }: InventedAccount, day: number) {
  const within = (days: readonly number[], from: number, to: number) => days.filter((one) => one > from && one <= to);
  const seen = people
    .map(({ person, days }) => ({
      person,
      active: within(days, day - 104, day - 14).length,
      silent: day - Math.max(...within(days, 0, day)),
    }))
    .filter(({ active }) => active > 0)
    .sort((a, b) => b.active - a.active || a.person - b.person);
  const [champion] = seen;
  if (!champion || seen.length < 2 || champion.active < 4) return null;
  return { ...champion, isQuiet: champion.silent >= Math.max(14, 270 / champion.active) };
}

const filtered = async (...of: [Warning, "oneOf" | "noneOf"][]): Promise<string[]> => {
  const tests = of.map(([warning, is]): AccountTest => ({ of: "warning", is, values: [warning] }));
  const filter = await compileAccountRule(scope, { kind: "and", of: tests }, NOW);
  return (await listAccounts(scope, { tab: "all", filter, limit: 1_000 })).rows.map(({ id }) => id).sort();
};

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort();

test("the accounts whose champion went quiet are those of the rule, without those at risk and those that are gone", async () => {
  const { rows } = await pool().query<{ id: string; standing: string }>(
    "SELECT account_id AS id, standing FROM account_risk WHERE project_id = $1",
    [scope.projectId],
  );
  const standing = new Map(rows.map((row) => [row.id, row.standing]));
  const expected = invented
    .filter((one) => championAt(one, LAST)?.isQuiet)
    .filter((one) => !["quiet", "gone", undefined].includes(standing.get(idOf(one.person))))
    .map(({ person }) => idOf(person));
  const all = await quietChampions(scope, 1_000);
  expect(all.length).toBeGreaterThan(5);
  expect(idsOf(all)).toEqual(expected.sort());
  for (const { id, handle, silent, activeDays } of all) {
    const champion = championAt(invented[Number(id.slice(1)) - 1] as InventedAccount, LAST);
    expect({ handle, silent, activeDays }).toEqual({
      handle: `u${champion?.person}`,
      silent: champion?.silent,
      activeDays: champion?.active,
    });
  }
});

test("each count of the screen is that of the list it opens, of the file and of the API", async () => {
  const all = await quietChampions(scope, 1_000);
  expect(await countQuietChampions(scope)).toBe(all.length);
  expect(await filtered(["championQuiet", "oneOf"], ["atRisk", "noneOf"])).toEqual(idsOf(all));
  const atRisk = await accountsAtRisk(scope, 1_000);
  expect(atRisk.length).toBeGreaterThan(3);
  expect(await countAccountsAtRisk(scope)).toBe(atRisk.length);
  expect(await filtered(["atRisk", "oneOf"])).toEqual(idsOf(atRisk));
  const lines = (await exportQuietChampions(scope, ["id"]).text()).trim().split(/\r?\n/).slice(1);
  expect(lines).toEqual(all.map(({ id }) => id));
  const answer = riskSchema.parse(presentAccountRisk(await riskState(scope, "accounts"), atRisk, all));
  expect(answer.championsQuiet?.map(({ ref }) => ref)).toEqual(all.map(({ id }) => id));
});

test("accounts whose champion went quiet are listed by value, page by page", async () => {
  const all = await quietChampions(scope, 1_000);
  const values = all.map(({ value }) => value);
  expect(values).toEqual([...values].sort((a, b) => b - a));
  expect(await quietChampions(scope, 3, all[2]?.cursor)).toEqual(all.slice(3, 6));
});

test("the track record of champions shows what became of accounts, and each of its numbers opens their list", async () => {
  const then = LAST - 60;
  const cases = invented.flatMap((one) => {
    const champion = championAt(one, then);
    if (!champion || !one.days.some((day) => day > then - 14 && day <= then)) return [];
    return [{ isQuiet: champion.isQuiet, isLost: !daysBy(one).some((day) => day > LAST - 14) }];
  });
  const count = (isQuiet: boolean, onlyLost: boolean) =>
    cases.filter((one) => one.isQuiet === isQuiet && (one.isLost || !onlyLost)).length;
  const record = await championRecord(scope);
  expect(record).toEqual({
    quiet: count(true, false),
    quietLost: count(true, true),
    others: count(false, false),
    othersLost: count(false, true),
  });
  expect(record.quiet).toBeGreaterThan(4);
  expect(record.quietLost / record.quiet).toBeGreaterThan((2 * record.othersLost) / record.others);
  const listed = async (shown: ShownOutcomes) =>
    (await outcomesOf(scope, { subject: "champions", ago: 60, shown }, { from: 0, limit: 1_000 })).length;
  expect(await listed("flagged")).toBe(record.quiet);
  expect(await listed("flaggedAway")).toBe(record.quietLost);
  expect(await listed("others")).toBe(record.others);
  expect(await listed("missed")).toBe(record.othersLost);
});

test("a champion who came back, or is of the own team, is not listed", async () => {
  const [first, second] = await quietChampions(scope, 2);
  if (!first || !second) throw new Error("nobody");
  const set = (account: string, column: string, value: unknown) =>
    pool().query(
      `UPDATE account_people p SET ${column} = $3 FROM account_risk r
        WHERE p.project_id = $1 AND p.account_id = $2 AND r.project_id = $1 AND r.account_id = $2
          AND p.person = r.champion`,
      [scope.projectId, account, value],
    );
  await set(first.id, "last_at", new Date(NOW));
  await set(second.id, "is_internal", true);
  const left = idsOf(await quietChampions(scope, 1_000));
  expect(left).not.toContain(first.id);
  expect(left).not.toContain(second.id);
  expect(await filtered(["championQuiet", "oneOf"], ["atRisk", "noneOf"])).toEqual(left);
  expect(await countQuietChampions(scope)).toBe(left.length);
});
