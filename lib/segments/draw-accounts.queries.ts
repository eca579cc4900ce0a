import sql, { join } from "sql-template-tag";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import { compileAccountRule } from "./compile.queries";
import type { AccountRule } from "./rule";

/** The accounts that match a rule: a sample, which is always the same, and their total number. */
export type AccountDraw = { ids: string[]; total: number };

/** Draws at most `limit` accounts that match a rule, without internal ones. One pass over the accounts; O(accounts). */
export async function drawAccounts(scope: Scope, rule: AccountRule, now: number, limit: number): Promise<AccountDraw> {
  const { ctes, where } = await compileAccountRule(scope, rule, now);
  const sets = ctes.length > 0 ? sql`${join(ctes, ", ")},` : sql``;
  const { rows } = await readHeavily<{ ids: string[] | null; total: number }>(
    scope,
    sql`
    WITH ${sets} found AS MATERIALIZED (
      SELECT f.account_id FROM account_facts f
       WHERE f.project_id = ${scope.projectId} AND NOT f.is_internal AND ${where})
    SELECT (SELECT count(*)::int FROM found) AS total, (
             SELECT array_agg(d.account_id) FROM (
               SELECT account_id FROM found ORDER BY hashtext(account_id), account_id LIMIT ${limit}) d) AS ids`,
  );
  return { ids: rows[0]?.ids ?? [], total: rows[0]?.total ?? 0 };
}
