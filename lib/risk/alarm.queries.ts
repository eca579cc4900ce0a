import sql, { type Sql } from "sql-template-tag";
import type { Warning } from "./warnings";

/** Whether what the risk job last wrote still holds, of people and of accounts. */

/**
 * Whether an alarm `r` (person_risk) about the person of `f` (profile_facts) is still in force: people who have
 * returned since are no longer quiet.
 */
export const ALARM_IN_FORCE: Sql = sql`r.alarm AND r.last_day >= (f.last_seen AT TIME ZONE 'UTC')::date`;

/**
 * Whether an event from before `r` was computed arrived afterwards: what it means for the person or account of `f` is
 * known once their risk is recomputed. Does not hold for those who came back after the computation.
 */
export const HEARD_LATE: Sql = sql`(r.last_day < (f.last_seen AT TIME ZONE 'UTC')::date
    AND r.computed_on >= (f.last_seen AT TIME ZONE 'UTC')::date)`;

/** Whether the person of `f` is going quiet; one probe of person_risk_pkey. */
export const isQuiet = (projectId: string): Sql => sql`EXISTS (
  SELECT 1 FROM person_risk r WHERE r.project_id = ${projectId} AND r.person = f.person AND ${ALARM_IN_FORCE})`;

/** Accounts that came back since the computation `r` (account_risk) are no longer at risk. */
export const WARNING_IN_FORCE = sql`r.last_day >= (f.last_seen AT TIME ZONE 'UTC')::date`;

/**
 * The champion `p` (account_people) has not returned since. Not for accounts that are gone, where everybody has
 * stopped.
 */
export const CHAMPION_IS_QUIET = sql`
  r.standing <> 'gone' AND NOT p.is_internal AND (p.last_at AT TIME ZONE 'UTC')::date <= r.computed_on`;

/**
 * Whether the warning holds for the account of `f` (account_facts). Each table has its own condition on the project, as
 * Citus does not infer it from the account's. account_risk_pkey, account_people_pkey.
 */
export const HAS_WARNING: Record<Warning, (projectId: string) => Sql> = {
  atRisk: (projectId) => sql`EXISTS (
    SELECT FROM account_risk r
     WHERE r.project_id = ${projectId} AND r.account_id = f.account_id AND r.alarm AND ${WARNING_IN_FORCE})`,
  championQuiet: (projectId) => sql`EXISTS (
    SELECT FROM account_risk r
      JOIN account_people p
        ON p.project_id = ${projectId} AND p.account_id = r.account_id AND p.person = r.champion
     WHERE r.project_id = ${projectId} AND r.account_id = f.account_id AND ${CHAMPION_IS_QUIET})`,
};
