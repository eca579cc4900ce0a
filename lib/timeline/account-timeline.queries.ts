import sql, { type Sql } from "sql-template-tag";
import { lanesIn } from "@/lib/identity/lanes.queries";
import type { RecentPerson } from "@/lib/identity/person-ref.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import { type EventsPageRequest, eventsPageOf, lanesQuery, pageOf } from "./timeline.queries";
import type { ListEventsOptions, TimelineEvent } from "./types";

/** An event of one of an account's people. */
export type AccountEvent = TimelineEvent & { person: RecentPerson };

/** Events that name no account count for each of their person's accounts, up to this many at once. */
const MAX_AT_ONCE = 3;

/** The most people whose events are read: those last active. */
export const MAX_TIMELINE_PEOPLE = 500;

/**
 * The lanes of an account's people, each cut to the time they belonged to it. account_people_last_at_idx, then like
 * lanesIn.
 */
export const lanesOfAccount = (scope: Scope, accountId: string): Sql => sql`
  SELECT l.person, l.actor_id, greatest(l.from_ts, m.since) AS from_ts,
         least(l.to_ts, coalesce(m.until, 'infinity')) AS to_ts, l.explicit, l.run_last, m.acts_for_many,
         m.away
    FROM (SELECT a.person, a.since, a.until, a.away, (
                   SELECT count(*) > ${MAX_AT_ONCE} FROM (
                     SELECT 1 FROM account_people o
                      WHERE o.project_id = ${scope.projectId} AND o.person = a.person
                      LIMIT ${MAX_AT_ONCE + 1}) q) AS acts_for_many
            FROM account_people a
           WHERE a.project_id = ${scope.projectId} AND a.account_id = ${accountId} AND a.last_at IS NOT NULL
           ORDER BY a.last_at DESC, a.person DESC
           LIMIT ${MAX_TIMELINE_PEOPLE}) m
   CROSS JOIN LATERAL (${lanesIn(scope, sql`(SELECT m.person) `, { withAttribution: true })}) l
   WHERE l.to_ts > m.since AND (m.until IS NULL OR l.from_ts < m.until)`;

/**
 * Whether event `e` counts for the account: an event that names accounts counts only for those (merged ones by any of
 * their ids), one that names none for all accounts of its person at its time, unless those are more than MAX_AT_ONCE
 * (docs/accounts.md M5).
 */
const countsForAccount = (scope: Scope, accountId: string): Sql => sql`AND NOT e.ts <@ l.away AND (
  e.kind IN ('property', 'alias') OR coalesce(e.groups, '{}') = '{}' AND (NOT l.acts_for_many OR ${MAX_AT_ONCE} >= (
    SELECT count(*) FROM (
      SELECT 1 FROM account_people o
       WHERE o.project_id = ${scope.projectId} AND o.person = l.person AND o.since <= e.ts
         AND (o.until IS NULL OR o.until > e.ts) AND NOT e.ts <@ o.away
       LIMIT ${MAX_AT_ONCE + 1}) q)) OR e.groups && ARRAY(
    SELECT ${accountId}::text
    UNION ALL
    SELECT a.id FROM accounts a WHERE a.project_id = ${scope.projectId} AND a.merged_into = ${accountId}))`;

export const accountEventsQuery = (scope: Scope, accountId: string, page: EventsPageRequest): Sql =>
  lanesQuery(scope, lanesOfAccount(scope, accountId), page, {
    withPerson: true,
    where: countsForAccount(scope, accountId),
  });

/**
 * A page of what an account's people did while they belonged to it, like listEvents for one person: one probe per lane,
 * then a page of those lanes that are on it.
 */
export async function listAccountEvents(
  scope: Scope,
  accountId: string,
  options: ListEventsOptions,
): Promise<{ rows: AccountEvent[]; next: string | null }> {
  type Row = TimelineEvent & { ref: RecentPerson["ref"]; personName: string | null };
  const query = accountEventsQuery(scope, accountId, eventsPageOf(options));
  const { rows } = await readHeavily<Row>(scope, query, { work_mem: "16MB" });
  const { rows: page, next } = pageOf(rows, options.limit);
  return {
    rows: page.map(({ ref, personName, ...event }) => ({ ...event, person: { ref, name: personName } })),
    next,
  };
}
