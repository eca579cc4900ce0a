import sql, { type Sql } from "sql-template-tag";

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
