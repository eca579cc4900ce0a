import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { lanesOf } from "@/lib/identity/lanes.queries";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/**
 * The smallest difference between time zones, in ms, so that a bin of this length lies within one hour and one day of
 * every zone.
 */
const SHORTEST_BIN_MS = 15 * 60_000;

/** Activity in the bin that starts at `at`, in ms. */
export type ActivityBin = { at: number; events: number; revenue: number };

/**
 * Somebody's activity since `since` (ms), oldest first, without empty bins: the data of calendars, weeks, hours and
 * comparisons in the reader's zone. `binMs`: the length of a bin, commonStepMs of that zone, as fewer bins are faster
 * to read. Throws not_found for an unknown ref.
 */
export async function activityOf(
  scope: Scope,
  who: PersonOrRef,
  since: number,
  binMs = SHORTEST_BIN_MS,
): Promise<ActivityBin[]> {
  const person = await requirePerson(scope, who);
  type Row = { bins: [at: number, events: number, revenue: number][] | null };
  const { rows } = await reading(scope).query<Row>(activityQuery(scope, person, since, binMs));
  return (rows[0]?.bins ?? []).map(([at, events, revenue]) => ({ at, events, revenue }));
}

/**
 * Uses events_actor_ts_idx, once per lane; O(their events since then). Groups by bin first and sorts afterwards: with
 * both in one step the planner, which does not expect 100,000 events, sorts the events instead of the bins. Returns one
 * row of JSON, which parses many times faster than thousands of rows.
 */
export function activityQuery(scope: Scope, person: Person, since: number, binMs: number): Sql {
  return sql`
    WITH lanes AS (${lanesOf(scope, person)}),
    bins AS MATERIALIZED (
      SELECT date_bin(${`${binMs} milliseconds`}::interval, e.ts, 'epoch'::timestamptz) AS at, count(*) AS events,
             coalesce(sum(e.revenue), 0)::bigint AS revenue
        FROM lanes l
        JOIN events e ON e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
         AND e.ts >= l.from_ts AND e.ts < l.to_ts AND e.ts >= ${timestamp(since)}
       WHERE e.active
       GROUP BY 1)
    SELECT json_agg(json_build_array((extract(epoch FROM at) * 1000)::bigint, events, revenue) ORDER BY at) AS bins
      FROM bins`;
}

/** `pages`: by path. `events`: all others, by name. Most frequent first. */
export type TopNames = { events: TopName[]; pages: TopName[] };
export type TopName = { name: string; count: number; lastAt: number };

/** Somebody's most frequent events and pages since `since` (ms; -Infinity: ever), at most `limit` of each. */
export async function topNamesOf(scope: Scope, who: PersonOrRef, since: number, limit: number): Promise<TopNames> {
  const person = await requirePerson(scope, who);
  const { rows } = await reading(scope).query<TopName & { isPage: boolean }>(topNamesQuery(scope, person, since));
  const of = (isPage: boolean) =>
    rows
      .filter((row) => row.isPage === isPage && row.name !== null)
      .slice(0, limit)
      .map(({ isPage: _, ...top }) => top);
  return { events: of(false), pages: of(true) };
}

/** Like activityQuery: events_actor_ts_idx, O(their events since then). */
export function topNamesQuery(scope: Scope, person: Person, since: number): Sql {
  return sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT p.page AS "isPage", CASE WHEN p.page THEN e.path ELSE e.name END AS name, count(*) AS count,
           max(e.ts) AS "lastAt"
      FROM lanes l
      JOIN events e ON e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
       AND e.ts >= l.from_ts AND e.ts < l.to_ts AND e.ts >= ${timestamp(since)}
     CROSS JOIN LATERAL (SELECT e.name = ANY(${PAGE_VIEW_NAMES}) AS page) p
     WHERE e.kind = 'event'
     GROUP BY 1, 2
     ORDER BY 3 DESC, 2`;
}
