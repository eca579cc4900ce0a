import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { notInternalInScan } from "@/lib/identity/own-team.queries";
import { joinPersonOfNumber, OWNER_NUMBER, PERSON_COLUMNS } from "@/lib/identity/person-ref.queries";
import type { Scope } from "@/lib/scope";
import { eventNamesCte } from "@/lib/timeline/project-events.queries";
import type { ActivePeopleRequest } from "./types";
import { inWindow, signUpsIn, type TimeWindow } from "./window.queries";

/**
 * The overview's people by a walk over the window's events, for windows that person_days (days.queries.ts) cannot
 * answer or while it is still being built. Takes minutes for millions of people. Counts every event as activity, even
 * those sent as passive.
 */

/**
 * The CTE `active`, and those it needs: `person` (as in profile_facts), first and last time, and number of events of
 * everybody active in the window. One index-only pass over events_name_ts_idx's entries of the window, name by name,
 * grouped by actor; then each actor's person by primary key. If a device changed owner within the window, its events
 * are counted span by span.
 */
const activeSql = (scope: Scope, window: TimeWindow): Sql => sql`
  actor_activity AS MATERIALIZED (
    SELECT e.actor_id, count(*) AS n, min(e.ts) AS lo, max(e.ts) AS hi
      FROM names JOIN events e ON e.name = names.name WHERE ${inWindow(scope, window)} GROUP BY e.actor_id),
  active AS (
    SELECT person, min(lo) AS lo, max(hi) AS hi, sum(n)::bigint AS n FROM (
      SELECT i.profile_id AS person, h.lo, h.hi, h.n
        FROM actor_activity h
        JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = h.actor_id AND i.kind = 'u'
      UNION ALL
      SELECT ${OWNER_NUMBER},
             CASE WHEN whole THEN h.lo ELSE in_span.lo END, CASE WHEN whole THEN h.hi ELSE in_span.hi END,
             CASE WHEN whole THEN h.n ELSE in_span.n END
        FROM actor_activity h
        JOIN spans s ON s.project_id = ${scope.projectId} AND s.stream_id = h.actor_id
         AND s.from_ts <= h.hi AND s.to_ts > h.lo
        LEFT JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
       CROSS JOIN LATERAL (SELECT s.from_ts <= h.lo AND h.hi < s.to_ts AS whole) w
       CROSS JOIN LATERAL (
         SELECT count(*) AS n, min(e.ts) AS lo, max(e.ts) AS hi FROM events e
          WHERE NOT whole AND ${inWindow(scope, window)} AND e.actor_id = h.actor_id
            AND e.ts >= greatest(s.from_ts, h.lo) AND e.ts < s.to_ts AND e.ts <= h.hi) in_span
       WHERE s.owner_id IS DISTINCT FROM 0) q
     WHERE person IS NOT NULL AND n > 0 AND ${notInternalInScan(scope.projectId, sql`q.person`)} GROUP BY person)`;

/** A query for a Headline. O(events of the window), index-only; new people by profile_facts_pkey. */
export const headlineQuery = (scope: Scope, window: TimeWindow): Sql => sql`
  WITH RECURSIVE ${eventNamesCte(scope)}, ${activeSql(scope, window)}
  SELECT count(*) AS active, count(*) FILTER (WHERE a.person > 0) AS identified,
         count(*) FILTER (WHERE f.first_seen >= ${timestamp(window.from)}) AS fresh,
         coalesce(sum(a.n), 0)::bigint AS events, ${signUpsIn(scope, window)} AS "signUps"
    FROM active a LEFT JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = a.person`;

/** A query for DayCounts, like activeSql; a device that changed owner within a day counts for its first owner. */
export const dailyQuery = (scope: Scope, window: TimeWindow, zone: string): Sql => sql`
  WITH RECURSIVE ${eventNamesCte(scope)},
  actor_days AS (
    SELECT e.actor_id, (e.ts AT TIME ZONE ${zone})::date AS day, min(e.ts) AS lo
      FROM names JOIN events e ON e.name = names.name WHERE ${inWindow(scope, window)} GROUP BY 1, 2)
  SELECT to_char(h.day, 'YYYY-MM-DD') AS day,
         count(DISTINCT coalesce(i.profile_id, o.profile_id, -h.actor_id)) AS people
    FROM actor_days h
    JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = h.actor_id
    LEFT JOIN spans s ON i.kind = 'a' AND s.project_id = ${scope.projectId} AND s.stream_id = h.actor_id
     AND s.from_ts <= h.lo AND s.to_ts > h.lo
    LEFT JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
   WHERE s.owner_id IS DISTINCT FROM 0
     AND ${notInternalInScan(scope.projectId, sql`coalesce(i.profile_id, o.profile_id, -h.actor_id)`)}
   GROUP BY h.day ORDER BY h.day`;

/** A page of people; each costs the whole window, like headlineQuery. */
export function activePeopleQuery(scope: Scope, window: TimeWindow, page: ActivePeopleRequest): Sql {
  const from = page.from ?? { lastAt: Number.POSITIVE_INFINITY, id: Number.MAX_SAFE_INTEGER };
  return sql`
    WITH RECURSIVE ${eventNamesCte(scope)}, ${activeSql(scope, window)}
    SELECT a.person AS id, a.hi AS "orderAt", a.lo AS "firstAt", a.hi AS "lastAt", a.n AS events,
           f.first_seen AS "firstSeen", ${PERSON_COLUMNS}
      FROM active a LEFT JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = a.person
      ${joinPersonOfNumber(scope, sql`a.person`)}
     WHERE (a.hi, a.person) < (${timestamp(from.lastAt)}::timestamptz, ${from.id}::bigint)
       AND (${page.show} <> 'identified' OR a.person > 0)
       AND (${page.show} <> 'new' OR f.first_seen >= ${timestamp(window.from)})
     ORDER BY a.hi DESC, a.person DESC LIMIT ${page.limit}`;
}
