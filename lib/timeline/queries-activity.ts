import sql, { type Sql } from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { lanesOf, type Person, requirePerson } from "@/lib/db/queries-person";
import { timestamp } from "@/lib/db/statement";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import type { Scope } from "@/lib/scope";

/** How long a bin is: the smallest by which time zones differ, so that bins fall wholly into one hour and day of any zone. */
const BIN = "15 minutes";

/** What happened in the quarter of an hour that starts at `at`, in ms. */
export type ActivityBin = { at: number; events: number; revenue: number };

/**
 * When somebody was active since `since` (ms), oldest first, quarter-hours without anything left out: what calendars, weeks,
 * hours and comparisons are made of in the reader's zone. Throws not_found for a ref nobody has.
 */
export async function activityOf(scope: Scope, ref: string, since: number): Promise<ActivityBin[]> {
  const person = await requirePerson(scope, ref);
  return (await pool().query<ActivityBin>(activityQuery(scope, person, since))).rows;
}

/** Rides on events_actor_ts_idx, once a lane; O(their events since then). At most 96 rows a day. */
export function activityQuery(scope: Scope, person: Person, since: number): Sql {
  return sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT date_bin(${BIN}::interval, e.ts, 'epoch'::timestamptz) AS at, count(*) AS events,
           coalesce(sum(e.revenue), 0)::bigint AS revenue
      FROM lanes l JOIN events e ON e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
       AND e.ts >= l.from_ts AND e.ts < l.to_ts AND e.ts >= ${timestamp(since)}
     WHERE e.active GROUP BY 1 ORDER BY 1`;
}

/** `pages`: by path. `events`: all others, by name. Most first. */
export type Tops = { events: Top[]; pages: Top[] };
export type Top = { name: string; count: number; lastAt: number };

/** What somebody does most since `since` (ms; -Infinity: ever), at most `limit` of each. */
export async function topsOf(scope: Scope, ref: string, since: number, limit: number): Promise<Tops> {
  const person = await requirePerson(scope, ref);
  const { rows } = await pool().query<Top & { isPage: boolean }>(topsQuery(scope, person, since));
  const of = (isPage: boolean) =>
    rows
      .filter((row) => row.isPage === isPage && row.name !== null)
      .slice(0, limit)
      .map(({ isPage: _, ...top }) => top);
  return { events: of(false), pages: of(true) };
}

/** As activityQuery: events_actor_ts_idx, O(their events since then). */
export function topsQuery(scope: Scope, person: Person, since: number): Sql {
  return sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT p.page AS "isPage", CASE WHEN p.page THEN e.path ELSE e.name END AS name, count(*) AS count, max(e.ts) AS "lastAt"
      FROM lanes l JOIN events e ON e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
       AND e.ts >= l.from_ts AND e.ts < l.to_ts AND e.ts >= ${timestamp(since)}
     CROSS JOIN LATERAL (SELECT e.name = ANY(${PAGE_VIEW_NAMES}) AS page) p
     WHERE e.kind = 'event' GROUP BY 1, 2 ORDER BY 3 DESC, 2`;
}
