import sql, { type Sql } from "sql-template-tag";
import type { Warning } from "./warnings";

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
