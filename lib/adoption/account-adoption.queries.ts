import sql, { type Sql } from "sql-template-tag";
import { MAX_ACCOUNTS_AT_ONCE } from "@/lib/accounts/memberships";
import { timestamp } from "@/lib/db/statement";
import type { Feature } from "@/lib/features/rule";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import { type AccountDraw, drawAccounts } from "@/lib/segments/draw-accounts.queries";
import { accountsRule } from "./account-adoption";
import { type AdoptionCriteria, cohortRows, type Estimate, estimateOf, firstMonday } from "./adoption";
import { type Adoption, type FeatureCounts, featureCountsQuery, featureRows, type Retention } from "./adoption.queries";

/** The most accounts read. If there are more, this many are sampled, always the same ones. */
const MAX_READ = 2_000;
const MINUTE_MS = 60_000;

/** A draw of the accounts of a segment, or of all that were ever active; read once for the whole screen. */
export const adoptingAccounts = (scope: Scope, segment: string | null, at: number): Promise<AccountDraw> =>
  drawAccounts(scope, accountsRule(segment), Math.floor(at / MINUTE_MS) * MINUTE_MS, MAX_READ);

/** How many accounts each one read stands for. */
export const accountScaleOf = ({ ids, total }: AccountDraw): number => (ids.length === 0 ? 0 : total / ids.length);

export const accountEstimate = ({ ids, total }: AccountDraw): Estimate =>
  estimateOf({ read: ids.length, found: total, share: 1 });

/**
 * How many accounts used each feature. account_events_pkey and account_facts_pkey, one range and one row per account:
 * O(accounts read × event names of their people).
 */
export async function accountAdoptionOf(
  scope: Scope,
  features: readonly Feature[],
  draw: AccountDraw,
  criteria: AdoptionCriteria,
): Promise<Adoption> {
  const query = featureCountsQuery(
    features,
    criteria,
    sql`
    SELECT x.account_id AS who, x.name, x.events, x.first_at, x.last_at, f.last_seen
      FROM unnest(${draw.ids}::text[]) d(account_id)
      JOIN account_facts f ON f.project_id = ${scope.projectId} AND f.account_id = d.account_id
      JOIN account_events x ON x.project_id = ${scope.projectId} AND x.account_id = d.account_id
      JOIN account_people p ON p.project_id = x.project_id AND p.account_id = x.account_id AND p.person = x.person
     WHERE NOT p.is_internal`,
  );
  const { rows } = await readHeavily<FeatureCounts>(scope, query);
  return {
    ...accountEstimate(draw),
    people: draw.total,
    isTotalEstimated: false,
    rows: featureRows(features, rows, draw.ids.length, accountScaleOf(draw)),
  };
}

/**
 * Like cohortRetentionOf, for accounts: the weeks after an account's first use in which any of its people used the
 * feature for it. account_events_pkey, account_people_pkey, and the last twelve weeks of the feature's events in
 * events_name_ts_idx, joined with the lanes of the people of accounts that began.
 */
export async function accountCohortRetentionOf(
  scope: Scope,
  feature: Feature,
  draw: AccountDraw,
  now: number,
): Promise<Retention> {
  const { projectId } = scope;
  const from = timestamp(firstMonday(now));
  const { rows } = await readHeavily<{ monday: number; week: number; people: number }>(
    scope,
    sql`
    WITH began AS MATERIALIZED (
      SELECT x.account_id, min(x.first_at) AS first_at, date_trunc('week', min(x.first_at), 'UTC') AS monday
        FROM unnest(${draw.ids}::text[]) d(account_id)
        JOIN account_events x ON x.project_id = ${projectId} AND x.account_id = d.account_id
         AND x.name = ANY(${feature.events}::text[])
        JOIN account_people p ON p.project_id = x.project_id AND p.account_id = x.account_id AND p.person = x.person
       WHERE NOT p.is_internal
       GROUP BY x.account_id HAVING min(x.first_at) >= ${from}::timestamptz),
    account_persons AS MATERIALIZED (
      SELECT b.account_id, b.first_at, b.monday, p.person, p.since, p.until, p.away,
             (SELECT count(*) FROM account_people o
               WHERE o.project_id = ${projectId} AND o.person = p.person AND o.until IS NULL) AS accounts
        FROM began b
        JOIN account_people p ON p.project_id = ${projectId} AND p.account_id = b.account_id AND NOT p.is_internal),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`(SELECT DISTINCT person FROM account_persons)`)}),
    weeks_used AS (
      SELECT DISTINCT m.account_id, m.monday, floor(extract(epoch FROM e.ts - m.first_at) / 604800)::int AS week
        FROM events e
        JOIN lanes l ON l.actor_id = e.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
        JOIN account_persons m ON m.person = l.person AND e.ts >= m.since AND (m.until IS NULL OR e.ts < m.until)
         AND NOT e.ts <@ m.away
       WHERE e.project_id = ${projectId} AND e.kind = 'event' AND e.name = ANY(${feature.events}::text[])
         AND e.ts >= ${from}::timestamptz AND e.ts >= m.first_at AND ${countsFor(projectId)})
    SELECT monday, -1 AS week, count(*) AS people FROM began GROUP BY monday
    UNION ALL
    SELECT monday, week, count(*) FROM weeks_used GROUP BY monday, week`,
  );
  const scale = accountScaleOf(draw);
  const began = new Map<number, number>();
  const used = new Map<string, number>();
  for (const { monday, week, people } of rows)
    if (week === -1) began.set(monday, Math.round(people * scale));
    else used.set(`${monday} ${week}`, Math.round(people * scale));
  return { ...accountEstimate(draw), feature, rows: cohortRows(began, used, now) };
}

/** Whether the event `e` of the person `m` counts for their account (docs/accounts.md M5). */
export const countsFor = (projectId: string): Sql => sql`
  CASE WHEN coalesce(e.groups, '{}') = '{}' THEN m.accounts <= ${MAX_ACCOUNTS_AT_ONCE}
       ELSE EXISTS (SELECT FROM unnest(e.groups) g(id)
                      JOIN accounts a ON a.project_id = ${projectId} AND a.id = g.id
                     WHERE coalesce(a.merged_into, a.id) = m.account_id) END`;
