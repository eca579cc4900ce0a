import sql, { join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { utcDay } from "@/lib/format/time";
import { codeOf } from "@/lib/lifecycle/states";
import type { ConditionOf } from "./rule";

/** Sets of people for conditions on something other than their events. Rows: person. */

/**
 * People who were in one of the states on a day: `people`, all of them (one range of person_states_state_idx per state,
 * for states that have ended since and for those that still last); `probe`, whether `f` was (person_states_pkey,
 * backwards from the day).
 */
export function stateSql(projectId: string, condition: ConditionOf<"state">, now: number): { people: Sql; probe: Sql } {
  const day = sql`${condition.on ?? utcDay(now)}::date`;
  const states = sql`${condition.values.map(codeOf)}::smallint[]`;
  return {
    people: sql`
      SELECT s.person
        FROM person_states s
       WHERE s.project_id = ${projectId} AND s.state = ANY(${states}) AND s.until > ${day} AND s.since <= ${day}`,
    probe: sql`
      coalesce((
        SELECT s.until > ${day} AND s.state = ANY(${states})
          FROM person_states s
         WHERE s.project_id = ${projectId} AND s.person = f.person AND s.since <= ${day}
         ORDER BY s.since DESC
         LIMIT 1), false)`,
  };
}

/**
 * People who belong to an account that passes a test: `people`, all of them (one pass over the project's accounts, or
 * account_facts_properties_idx, then account_people_pkey per account); `probe`, whether `f` does
 * (account_people_person_idx, account_facts_pkey).
 */
export function whoseSql(projectId: string, passes: Sql, now: number): { people: Sql; probe: Sql } {
  const belongsNow = sql`(a.until IS NULL OR a.until > ${timestamp(now)}::timestamptz)`;
  return {
    people: sql`
      SELECT DISTINCT a.person
        FROM account_facts f
        JOIN account_people a ON a.project_id = ${projectId} AND a.account_id = f.account_id
       WHERE f.project_id = ${projectId} AND ${belongsNow} AND ${passes}`,
    probe: sql`
      EXISTS (
        SELECT 1 FROM account_people a
         WHERE a.project_id = ${projectId} AND a.person = f.person AND ${belongsNow} AND EXISTS (
           SELECT 1 FROM account_facts f
            WHERE f.project_id = ${projectId} AND f.account_id = a.account_id AND ${passes}))`,
  };
}

/** Like whoseSql, for people who belong to an account with one of these ids. */
export const inAccountsSql = (projectId: string, ids: readonly string[], now: number) =>
  whoseSql(projectId, isOneOf(projectId, ids), now);

/** Whether `f` (account_facts) has one of these ids, or one of them was merged into it. accounts_pkey. */
const isOneOf = (projectId: string, ids: readonly string[]): Sql => sql`
  f.account_id IN (
    SELECT unnest(${ids}::text[])
    UNION
    SELECT c.merged_into FROM accounts c
     WHERE c.project_id = ${projectId} AND c.id = ANY(${ids}::text[]) AND c.merged_into IS NOT NULL)`;

/**
 * The current people of a fixed list: of a user id, its profile; of a device, its visitor and everybody who owns a
 * span.
 */
export const listedSql = (projectId: string, segmentId: string): Sql =>
  join(
    [
      sql`
        SELECT i.profile_id AS person
          FROM segment_members m
          JOIN identities i ON i.project_id = ${projectId} AND i.id = m.identity_id AND i.kind = 'u'
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
      sql`
        SELECT -m.identity_id
          FROM segment_members m
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
      sql`
        SELECT o.profile_id
          FROM segment_members m
          JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = m.identity_id
          JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
    ],
    " UNION ",
  );
