import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";

/**
 * People who belong to an account that passes a test: `people`, all of them (one pass over the project's accounts, or
 * account_facts_properties_idx, then account_people_pkey per account); `probe`, whether `f` does
 * (account_people_person_idx, account_facts_pkey).
 */
export function whoseSql(projectId: string, passes: Sql, now: number): { people: Sql; probe: Sql } {
  const isMember = sql`(a.until IS NULL OR a.until > ${timestamp(now)}::timestamptz)`;
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

/** `f` (account_facts) has one of these ids, or one of them was merged into it. accounts_pkey. */
export const isOneOf = (projectId: string, ids: readonly string[]): Sql => sql`
  f.account_id IN (
    SELECT unnest(${ids}::text[])
    UNION
    SELECT c.merged_into FROM accounts c
     WHERE c.project_id = ${projectId} AND c.id = ANY(${ids}::text[]) AND c.merged_into IS NOT NULL)`;
