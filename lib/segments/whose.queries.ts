import sql, { raw, type Sql } from "sql-template-tag";
import { isInStates } from "@/lib/accounts/list/health.queries";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { timestamp } from "@/lib/db/statement";
import { likeSql, not, propertySql } from "./property.queries";
import type { AccountTest, ConditionOf } from "./rule";

/**
 * People who belong to an account that passes a test: `people`, all of them (one pass over the project's accounts, or
 * account_facts_properties_idx, then account_people_pkey per account); `probe`, whether `f` does
 * (account_people_person_idx, account_facts_pkey).
 */
export function whoseSql(projectId: string, { test }: ConditionOf<"whose">, now: number): { people: Sql; probe: Sql } {
  const isMember = sql`(a.until IS NULL OR a.until > ${timestamp(now)}::timestamptz)`;
  // Inside, `f` is the account's row of facts.
  const passes = testSql(test, now);
  return {
    people: sql`
      SELECT DISTINCT a.person
        FROM account_facts f
        JOIN account_people a ON a.project_id = ${projectId} AND a.account_id = f.account_id
       WHERE f.project_id = ${projectId} AND ${isMember} AND ${passes}`,
    probe: sql`
      EXISTS (
        SELECT 1 FROM account_people a
         WHERE a.project_id = ${projectId} AND a.person = f.person AND ${isMember} AND EXISTS (
           SELECT 1 FROM account_facts f
            WHERE f.project_id = ${projectId} AND f.account_id = a.account_id AND ${passes}))`,
  };
}

const stored = (key: string): Sql =>
  key === "name"
    ? sql`coalesce(f.name, f.account_id)`
    : sql`f.${raw(ACCOUNT_COLUMNS.find((column) => column.key === key)?.stored ?? "")}`;

function testSql(test: AccountTest, now: number): Sql {
  if ("test" in test) return propertySql(test.test, { props: sql`f.properties`, sparse: false, sets: "probe" }, now);
  if ("n" in test) {
    const value = stored(test.of);
    if (test.is === "exactly") return sql`${value} = ${test.n}`;
    return test.is === "atLeast" ? sql`${value} >= ${test.n}` : sql`${value} <= ${test.n}`;
  }
  if ("value" in test) return likeSql(test, stored(test.of));
  const any =
    test.of === "health" ? isInStates(test.values) : sql`${stored(test.of)} = ANY(${[...test.values]}::text[])`;
  return test.is === "oneOf" ? any : not(any);
}
