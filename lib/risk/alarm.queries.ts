import sql, { type Sql } from "sql-template-tag";

/**
 * Whether an alarm `r` (person_risk) about the person of `f` (profile_facts) is still in force: people who came back
 * since it was computed are no longer quiet.
 */
export const IN_FORCE: Sql = sql`r.alarm AND r.last_day >= (f.last_seen AT TIME ZONE 'UTC')::date`;

/** Whether the person of `f` is going quiet; one probe of person_risk_pkey. */
export const IS_QUIET: Sql = sql`EXISTS (
  SELECT 1 FROM person_risk r WHERE r.project_id = f.project_id AND r.person = f.person AND ${IN_FORCE})`;
