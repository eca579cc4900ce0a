import sql, { empty, join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { daysWithin } from "@/lib/format/range";
import { utcDay } from "@/lib/format/time";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { notInternalInScan, notInternalPerRow } from "@/lib/identity/own-team.queries";
import { joinPersonOfNumber, PERSON_COLUMNS } from "@/lib/identity/person-ref.queries";
import type { Scope } from "@/lib/scope";
import { eventNamesCte } from "@/lib/timeline/project-events.queries";
import { countedIn } from "./day-counts.queries";
import type { ActivePeopleRequest } from "./types";
import { signUpsIn, type TimeWindow } from "./window.queries";

/**
 * The overview's people from person_days, which has UTC days. If a window starts or ends within a day, the times of
 * each person's first and last event on it determine who was active in the part.
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const isCut = (ms: number): boolean => ms % DAY_MS !== 0;

/** Whether person_days can answer this window: it must not start and end within the same UTC day. */
export const isCoveredByDays = ({ from, to }: TimeWindow): boolean =>
  from < to && !(isCut(from) && isCut(to) && utcDay(from) === utcDay(to));

/** Conditions on the rows `d` of whole days of the window, and of each day that it cuts. */
function daysOfWindow(scope: Scope, { from, to }: TimeWindow): { whole: Sql; cut: Sql[] } {
  const ofProject = sql`d.project_id = ${scope.projectId}`;
  const first = utcDay(isCut(from) ? from + DAY_MS : from);
  const cut: Sql[] = [];
  if (isCut(from)) cut.push(sql`${ofProject} AND d.day = ${utcDay(from)}::date AND d.last_at >= ${timestamp(from)}`);
  if (isCut(to)) cut.push(sql`${ofProject} AND d.day = ${utcDay(to)}::date AND d.first_at < ${timestamp(to)}`);
  return { whole: sql`${ofProject} AND d.day >= ${first}::date AND d.day < ${utcDay(to)}::date`, cut };
}

/** Whether the row `d` of person_days is of the window. */
export function isInWindow(scope: Scope, window: TimeWindow): Sql {
  const { whole, cut } = daysOfWindow(scope, window);
  return sql`(${join(
    [whole, ...cut].map((part) => sql`(${part})`),
    " OR ",
  )})`;
}

/** Everybody seen for the first time in the window, all of them active in it. profile_facts_first_seen_idx. */
export const freshSql = (scope: Scope, { from, to }: TimeWindow): Sql => sql`
  SELECT f.person FROM profile_facts f
   WHERE f.project_id = ${scope.projectId} AND f.anonymous IN (false, true)
     AND f.first_seen >= ${timestamp(from)} AND f.first_seen < ${timestamp(to)}
     AND ${notInternalInScan(scope.projectId, sql`f.person`)}`;

/**
 * A query for a Headline. If nobody was active after the window, as in any that ends today, those active in it are
 * those last seen in it: index-only on profile_facts_last_seen_idx, O(people). Otherwise index-only on
 * person_days_day_idx (the rows themselves for cut days), O(active days).
 */
export function headlineQuery(scope: Scope, window: TimeWindow): Sql {
  const { whole, cut } = daysOfWindow(scope, window);
  const rows = join(
    [whole, ...cut].map((part) => sql`SELECT d.person FROM person_days d WHERE ${part}`),
    " UNION ALL ",
  );
  const everybody = sql`f.project_id = ${scope.projectId} AND f.anonymous IN (false, true)`;
  return sql`
    WITH RECURSIVE ${eventNamesCte(scope)}, ${countedIn(scope, "event", [window])},
    later_activity AS MATERIALIZED (
      SELECT EXISTS (SELECT 1
                       FROM profile_facts f
                      WHERE ${everybody} AND f.last_seen >= ${timestamp(window.to)}) AS anybody),
    people AS (
      SELECT count(*) AS active, count(*) FILTER (WHERE NOT f.anonymous) AS identified
        FROM profile_facts f
       WHERE NOT (SELECT anybody FROM later_activity) AND ${everybody}
         AND f.last_seen >= ${timestamp(window.from)} AND f.last_seen < ${timestamp(window.to)}
         AND ${notInternalInScan(scope.projectId, sql`f.person`)}
      UNION ALL
      SELECT count(*), count(*) FILTER (WHERE person > 0)
        FROM (SELECT q.person FROM (${rows}) q WHERE (SELECT anybody FROM later_activity) GROUP BY q.person) q
       WHERE ${notInternalInScan(scope.projectId, sql`q.person`)})
    SELECT sum(active)::bigint AS active, sum(identified)::bigint AS identified,
           (SELECT count(*) FROM (${freshSql(scope, window)}) f) AS fresh,
           (SELECT coalesce(sum(n), 0)::bigint FROM counted) AS events,
           ${signUpsIn(scope, window)} AS "signUps"
      FROM people`;
}

/** How many people were active on a day of `days` (lo, hi, and the UTC days of their ends). */
export function peopleOfDay(scope: Scope, counts: Sql = empty): Sql {
  const ofProject = sql`d.project_id = ${scope.projectId} ${counts}`;
  return sql`
    SELECT count(*) FROM (
      SELECT d.person
        FROM person_days d
       WHERE ${ofProject} AND d.day = days.lo_day AND d.last_at >= days.lo AND d.first_at < days.hi
       UNION
      SELECT d.person
        FROM person_days d
       WHERE ${ofProject} AND d.day = days.hi_day AND days.lo_day < days.hi_day AND d.first_at < days.hi) q`;
}

/**
 * A query for DayCounts, one day of the zone at a time: people active on the one or two UTC days that it overlaps.
 * person_days_day_idx.
 */
export function dailyQuery(scope: Scope, window: TimeWindow, zone: string): Sql {
  const days = daysWithin(window, zone);
  const counts = notInternalInScan(scope.projectId, sql`d.person`);
  return sql`
    WITH days AS MATERIALIZED (
      SELECT day, lo, hi, (lo AT TIME ZONE 'UTC')::date AS lo_day,
             ((hi - interval '1 ms') AT TIME ZONE 'UTC')::date AS hi_day
        FROM unnest(${days.map(({ day }) => day)}::date[], ${days.map((day) => timestamp(day.from))}::timestamptz[],
               ${days.map((day) => timestamp(day.to))}::timestamptz[]) q(day, lo, hi))
    SELECT to_char(days.day, 'YYYY-MM-DD') AS day, p.people
      FROM days
     CROSS JOIN LATERAL (
       SELECT CASE WHEN lo_day = hi_day AND hi - lo >= interval '1 day'
         THEN (SELECT count(*)
                 FROM person_days d WHERE d.project_id = ${scope.projectId} AND ${counts} AND d.day = lo_day)
         ELSE (${peopleOfDay(scope, sql`AND ${counts}`)})
         END AS people OFFSET 0) p
     WHERE p.people > 0 ORDER BY days.day`;
}

/**
 * A page of people. From the newest day of the window backwards (person_days_day_idx), each person on their last day in
 * it (person_days_pkey; in order, OFFSET 0, so that no more are looked up than the page needs): a page costs the days
 * it shows, not the window. Of a day that the window cuts, the events in the part are counted one by one
 * (events_actor_ts_idx). Pages are ordered by `orderAt`: the last time, or the window's end for people who were active
 * beyond it.
 */
export function activePeopleQuery(scope: Scope, window: TimeWindow, page: ActivePeopleRequest): Sql {
  const end = sql`${timestamp(window.to - 1)}::timestamptz`;
  const from = page.from ?? { lastAt: Number.POSITIVE_INFINITY, id: Number.MAX_SAFE_INTEGER };
  const shown = {
    active: empty,
    identified: sql`AND d.person > 0`,
    // Not a plain IN, which would be joined with all rows before any are sorted.
    new: sql`AND (d.person IN (SELECT person FROM fresh)) IS TRUE`,
  }[page.show];
  return sql`
    WITH fresh AS MATERIALIZED (${freshSql(scope, window)}),
    page AS MATERIALIZED (
      SELECT d.person, d.order_at
        FROM (SELECT d.person, d.day, least(d.last_at, ${end}) AS order_at
                FROM person_days d
               WHERE ${isInWindow(scope, window)} ${shown}
                 AND d.project_id = ${scope.projectId} AND d.day >= ${utcDay(window.from)}::date
                 AND d.day <= ${utcDay(Math.min(from.lastAt, window.to - 1))}::date
                 AND (least(d.last_at, ${end}), d.person) < (${timestamp(from.lastAt)}::timestamptz, ${from.id}::bigint)
               ORDER BY d.day DESC, 3 DESC, d.person DESC OFFSET 0) d
       WHERE NOT EXISTS (
         SELECT 1 FROM person_days l WHERE l.project_id = ${scope.projectId} AND l.person = d.person AND l.day > d.day
            AND l.day <= ${utcDay(window.to - 1)}::date AND l.first_at <= ${end} OFFSET 0)
         AND ${notInternalPerRow(scope.projectId, sql`d.person`)}
       ORDER BY d.day DESC, d.order_at DESC, d.person DESC LIMIT ${page.limit}),
    lanes AS (${lanesIn(scope, sql`page`)})
    SELECT p.person AS id, p.order_at AS "orderAt", t.lo AS "firstAt", t.hi AS "lastAt", t.n AS events,
           f.first_seen AS "firstSeen", ${PERSON_COLUMNS}
      FROM page p
     CROSS JOIN LATERAL (
       SELECT min(lo) AS lo, max(hi) AS hi, coalesce(sum(n), 0)::bigint AS n FROM (
         SELECT x.first_at AS lo, x.last_at AS hi, x.events AS n
           FROM person_days x
          WHERE x.project_id = ${scope.projectId} AND x.person = p.person
            AND x.first_at >= ${timestamp(window.from)} AND x.last_at <= ${end}
            AND x.day >= ${utcDay(window.from)}::date AND x.day <= ${utcDay(window.to - 1)}::date
         UNION ALL
         SELECT min(e.ts), max(e.ts), count(*)
           FROM person_days x
           JOIN lanes l ON l.person = p.person
           JOIN events e ON e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id AND e.active
            AND e.ts >= greatest(l.from_ts, x.first_at, ${timestamp(window.from)}) AND e.ts < l.to_ts
            AND e.ts <= least(x.last_at, ${end})
          WHERE x.project_id = ${scope.projectId} AND x.person = p.person
            AND NOT (x.first_at >= ${timestamp(window.from)} AND x.last_at <= ${end})
            AND x.day IN (${utcDay(window.from)}::date, ${utcDay(window.to - 1)}::date)) q) t
      LEFT JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = p.person
      ${joinPersonOfNumber(scope, sql`p.person`)}
     ORDER BY p.order_at DESC, p.person DESC`;
}
