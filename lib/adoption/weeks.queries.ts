import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import type { Feature } from "@/lib/features/rule";
import { lanesIn } from "@/lib/identity/lanes.queries";
import type { Draw } from "@/lib/profiles/list/draw.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import type { AccountDraw } from "@/lib/segments/draw-accounts.queries";
import { accountEstimate, accountScaleOf, countsFor } from "./account-adoption.queries";
import type { Estimate, WeekColumn } from "./adoption";
import { firstMonday } from "./adoption";
import { estimateOfDraw, scaleOf } from "./adoption.queries";
import { type UseWeek, weekRows } from "./weeks";

/** The use of a feature, week by week. */
export type FeatureWeeks = Estimate & { feature: Feature; weeks: UseWeek[] };

/**
 * How many people used a feature in each of the last twelve weeks. person_events_pkey, profile_facts_pkey, and the last
 * twelve weeks of the feature's events in events_name_ts_idx, index only, joined with the lanes of those read who ever
 * used it.
 */
export async function weeklyUse(scope: Scope, feature: Feature, draw: Draw, now: number): Promise<FeatureWeeks> {
  const { projectId } = scope;
  const weeks = await weeksOf(
    scope,
    { scale: scaleOf(draw), now },
    sql`
    ever_used AS MATERIALIZED (
      SELECT x.person, x.person AS who, min(x.first_at) AS first_at
        FROM unnest(${draw.people}::bigint[]) d(person)
        JOIN person_events x ON x.project_id = ${projectId} AND x.person = d.person
         AND x.name = ANY(${feature.events}::text[])
       GROUP BY x.person),
    lanes AS MATERIALIZED (${lanesIn(scope, sql`ever_used`)}),
    weeks_used AS (
      SELECT DISTINCT l.person AS who, date_trunc('week', e.ts, 'UTC') AS monday
        FROM events e
        JOIN lanes l ON l.actor_id = e.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
       WHERE ${eventsOf(projectId, feature, now)}),
    drawn AS (
      SELECT f.first_seen, u.first_at
        FROM unnest(${draw.people}::bigint[]) d(person)
        JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = d.person
        LEFT JOIN ever_used u ON u.person = d.person)`,
  );
  return { ...estimateOfDraw(draw), feature, weeks };
}

/**
 * Like weeklyUse, for accounts, by what any of their people did for them. account_events_pkey, account_people_pkey,
 * account_facts_pkey, and the same events joined with the lanes of the people of accounts that ever used it.
 */
export async function accountWeeklyUse(
  scope: Scope,
  feature: Feature,
  draw: AccountDraw,
  now: number,
): Promise<FeatureWeeks> {
  const { projectId } = scope;
  const weeks = await weeksOf(
    scope,
    { scale: accountScaleOf(draw), now },
    sql`
    ever_used AS MATERIALIZED (
      SELECT x.account_id AS who, min(x.first_at) AS first_at
        FROM unnest(${draw.ids}::text[]) d(account_id)
        JOIN account_events x ON x.project_id = ${projectId} AND x.account_id = d.account_id
         AND x.name = ANY(${feature.events}::text[])
        JOIN account_people p ON p.project_id = x.project_id AND p.account_id = x.account_id AND p.person = x.person
       WHERE NOT p.is_internal
       GROUP BY x.account_id),
    account_persons AS MATERIALIZED (
      SELECT u.who AS account_id, p.person, p.since, p.until, p.away,
             (SELECT count(*) FROM account_people o
               WHERE o.project_id = ${projectId} AND o.person = p.person AND o.until IS NULL) AS accounts
        FROM ever_used u
        JOIN account_people p ON p.project_id = ${projectId} AND p.account_id = u.who AND NOT p.is_internal),
    lanes AS MATERIALIZED (${lanesIn(scope, sql`(SELECT DISTINCT person FROM account_persons)`)}),
    weeks_used AS (
      SELECT DISTINCT m.account_id AS who, date_trunc('week', e.ts, 'UTC') AS monday
        FROM events e
        JOIN lanes l ON l.actor_id = e.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
        JOIN account_persons m ON m.person = l.person AND e.ts >= m.since AND (m.until IS NULL OR e.ts < m.until)
         AND NOT e.ts <@ m.away
       WHERE ${eventsOf(projectId, feature, now)} AND ${countsFor(projectId)}),
    drawn AS (
      SELECT f.first_seen, u.first_at
        FROM unnest(${draw.ids}::text[]) d(account_id)
        JOIN account_facts f ON f.project_id = ${projectId} AND f.account_id = d.account_id
        LEFT JOIN ever_used u ON u.who = d.account_id)`,
  );
  return { ...accountEstimate(draw), feature, weeks };
}

const eventsOf = (projectId: string, { events }: Feature, now: number): Sql => sql`
  e.project_id = ${projectId} AND e.kind = 'event' AND e.name = ANY(${events}::text[])
    AND e.ts >= ${timestamp(firstMonday(now))}::timestamptz AND e.ts <= ${timestamp(now)}::timestamptz`;

/**
 * Weeks of use. `of`: the CTEs `ever_used` (who, first_at), `weeks_used` (who, monday) and `drawn` (first_seen,
 * first_at; a row for each person or account read).
 */
async function weeksOf(scope: Scope, { scale, now }: { scale: number; now: number }, of: Sql): Promise<UseWeek[]> {
  const { rows } = await readHeavily<{ monday: number } & Record<WeekColumn, number>>(
    scope,
    sql`
    WITH ${of},
    uses AS (
      SELECT d.monday, count(*) FILTER (WHERE u.first_at >= d.monday) AS first,
             count(*) FILTER (WHERE u.first_at < d.monday) AS again
        FROM weeks_used d JOIN ever_used u ON u.who = d.who
       GROUP BY d.monday),
    weeks AS (
      SELECT generate_series(${timestamp(firstMonday(now))}::timestamptz, ${timestamp(now)}::timestamptz,
                             interval '7 days') AS monday)
    SELECT w.monday, coalesce(u.first, 0) AS first, coalesce(u.again, 0) AS again, (
             SELECT count(*)
               FROM drawn k
              WHERE k.first_seen < w.monday + interval '7 days'
                AND (k.first_at IS NULL OR k.first_at >= w.monday + interval '7 days')) AS never
      FROM weeks w LEFT JOIN uses u ON u.monday = w.monday`,
  );
  const scaleUp = (n: number) => Math.round(n * scale);
  return weekRows(
    rows.map(({ monday, first, again, never }) => ({
      monday,
      first: scaleUp(first),
      again: scaleUp(again),
      never: scaleUp(never),
    })),
    now,
  );
}
