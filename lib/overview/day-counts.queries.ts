import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { contextOrder } from "@/lib/events/context.queries";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { utcDay } from "@/lib/format/time";
import type { Scope } from "@/lib/scope";
import { ownEvents, ownLanes, type TimeWindow } from "./window.queries";

/**
 * Events by name, page views by path and visits by source of any windows: closed UTC days from day_counts, in quarters
 * of an hour where a window cuts them; everything else from the rows. Zones differ from UTC by quarters of an hour, so
 * their days need no rows, except in windows from the time of local mean time. One statement, and so one snapshot: a
 * day that changes is deleted in the transaction that changes it, and is read from its rows from then on.
 */

export const COUNTED_KINDS = ["event", "page", "source"] as const;
export type CountedKind = (typeof COUNTED_KINDS)[number];

const DAY_MS = 24 * 60 * 60 * 1000;
export const QUARTER_MS = 15 * 60 * 1000;

type Project = Pick<Scope, "projectId">;

/** Whether the event `e` is a page view with a path. */
const IS_PAGE_VIEW = sql`e.name = ANY(${PAGE_VIEW_NAMES}) AND e.path IS NOT NULL`;
const SOURCE = sql`coalesce(x.context->>'referrerName', x.context->>'utmSource', 'Direct')`;

const dayOf = (x: Sql): Sql => sql`(${x}.started_at AT TIME ZONE 'UTC')::date`;

/**
 * Whether the row `x` of a visit counts: a visit that spans a log-in has several rows and counts once, on its first UTC
 * day, by that day's row that has its source. So nothing later changes a day. sessions_pkey, one probe per row.
 */
const isCounted = ({ projectId }: Project): Sql => sql`NOT EXISTS (
  SELECT 1
    FROM sessions b
   WHERE b.project_id = ${projectId} AND b.session_id = x.session_id AND b.actor_id <> x.actor_id
     AND (${dayOf(sql`b`)}, ${contextOrder(sql`b`)}, b.actor_id)
       < (${dayOf(sql`x`)}, ${contextOrder(sql`x`)}, x.actor_id)
  OFFSET 0)`;

/**
 * What happened in [lo, hi), as rows `at, name`. Needs `names` (eventNamesCte). events_name_ts_idx, a range per name
 * (index only for events), and sessions_started_idx.
 */
export const occurrences = (project: Project, kind: CountedKind, lo: Sql, hi: Sql): Sql =>
  ({
    event: sql`
      SELECT e.ts AS at, e.name
        FROM names
       CROSS JOIN LATERAL (
         SELECT e.ts, e.name
           FROM events e
          WHERE e.project_id = ${project.projectId} AND e.kind = 'event' AND e.name = names.name
            AND e.ts >= ${lo} AND e.ts < ${hi}
         OFFSET 0) e
       WHERE names.name IS NOT NULL`,
    page: sql`
      SELECT e.ts AS at, e.path AS name
        FROM events e
       WHERE e.project_id = ${project.projectId} AND e.kind = 'event' AND ${IS_PAGE_VIEW}
         AND e.ts >= ${lo} AND e.ts < ${hi}`,
    source: sql`
      SELECT x.started_at AS at, ${SOURCE} AS name
        FROM sessions x
       WHERE x.project_id = ${project.projectId} AND x.started_at >= ${lo} AND x.started_at < ${hi}
         AND ${isCounted(project)}`,
  })[kind];

/** What happened in [lo, hi), counted by name: rows `name, n`. */
const countedRows = (scope: Scope, kind: CountedKind, lo: Sql, hi: Sql): Sql =>
  kind === "event"
    ? sql`
      SELECT names.name,
             (SELECT count(*)
                FROM events e
               WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = names.name
                 AND e.ts >= ${lo} AND e.ts < ${hi}) AS n
        FROM names WHERE names.name IS NOT NULL`
    : sql`SELECT h.name, count(*) AS n FROM (${occurrences(scope, kind, lo, hi)}) h GROUP BY h.name`;

/** What the own team did in a window, as rows `name`. Needs `own_lanes`. */
function ofOwnTeam(scope: Scope, kind: CountedKind, window: TimeWindow): Sql {
  if (kind === "event") return ownEvents(scope, window, sql`e.name`);
  if (kind === "page")
    return sql`SELECT e.path AS name FROM (${ownEvents(scope, window, sql`e.name, e.path`)}) e WHERE ${IS_PAGE_VIEW}`;
  return sql`
    SELECT ${SOURCE} AS name
      FROM own_lanes l
     CROSS JOIN LATERAL (
       SELECT x.*
         FROM sessions x
        WHERE x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
          AND x.started_at >= greatest(l.from_ts, ${timestamp(window.from)}::timestamptz)
          AND x.started_at < least(l.to_ts, ${timestamp(window.to)}::timestamptz)
          AND ${isCounted(scope)}
       OFFSET 0) x`;
}

const isCut = (ms: number): boolean => ms % QUARTER_MS !== 0;

/**
 * The CTE `counted (place, name, n)`, for a WITH RECURSIVE with `names` (eventNamesCte): how often each name occurred
 * in the windows (`place`: which one, from 1), without the own team. A name may have several rows, to be added up.
 * day_counts_pkey, O(days of the windows), and the rows of days that are not in it.
 */
export function countedIn(scope: Scope, kind: CountedKind, windows: readonly TimeWindow[]): Sql {
  const columnOf = <T>(read: (window: TimeWindow) => T): T[] => windows.map(read);
  const days = ({ from, to }: TimeWindow) =>
    from < to ? Math.floor((to - 1) / DAY_MS) - Math.floor(from / DAY_MS) + 1 : 0;
  const ownTeamCounts = windows.map(
    (window, i) =>
      sql`UNION ALL SELECT ${i + 1}::int, o.name, -count(*) FROM (${ofOwnTeam(scope, kind, window)}) o GROUP BY o.name`,
  );
  return sql`
    ${ownLanes(scope)},
    windows AS (
      SELECT *
        FROM unnest(${columnOf(({ from }) => timestamp(from))}::timestamptz[],
                    ${columnOf(({ to }) => timestamp(to))}::timestamptz[],
                    ${columnOf(({ from }) => utcDay(from))}::date[], ${columnOf(days)}::int[],
                    ${columnOf(({ from, to }) => !isCut(from) && !isCut(to))}::boolean[])
             WITH ORDINALITY w(lo, hi, first_day, days, in_quarters, place)),
    days AS (
      SELECT w.place, d.day, d.start, greatest(w.lo, d.start) AS lo, least(w.hi, d.start + interval '24 hours') AS hi,
             w.in_quarters
        FROM windows w
       CROSS JOIN LATERAL (
         SELECT w.first_day + i AS day, (w.first_day + i)::timestamp AT TIME ZONE 'UTC' AS start
           FROM generate_series(0, w.days - 1) i) d),
    known_days AS MATERIALIZED (
      SELECT d.*, d.hi - d.lo = interval '24 hours' AS is_whole, r.day IS NOT NULL AS is_known,
             r.names, r.counts, r.quarters, r.places, r.parts
        FROM days d
        LEFT JOIN day_counts r ON r.project_id = ${scope.projectId} AND r.kind = ${kind} AND r.day = d.day
         AND r.is_ready AND r.names IS NOT NULL
         AND (d.hi - d.lo = interval '24 hours' OR d.in_quarters AND r.quarters IS NOT NULL)),
    uncounted_ranges AS MATERIALIZED (
      SELECT place, min(lo) AS lo, max(hi) AS hi
        FROM (SELECT place, lo, hi, day - row_number() OVER (PARTITION BY place ORDER BY day)::int AS run
                FROM known_days WHERE NOT is_known) q
       GROUP BY place, run),
    counted AS (
      SELECT d.place::int, r.name, sum(r.n)::bigint AS n
        FROM known_days d CROSS JOIN LATERAL unnest(d.names, d.counts) r(name, n)
       WHERE d.is_known AND d.is_whole
       GROUP BY d.place, r.name
      UNION ALL
      SELECT d.place::int, d.names[r.name], r.n::bigint
        FROM known_days d CROSS JOIN LATERAL unnest(d.quarters, d.places, d.parts) r(quarter, name, n)
       WHERE d.is_known AND NOT d.is_whole
         AND d.start + r.quarter * interval '15 minutes' >= d.lo
         AND d.start + r.quarter * interval '15 minutes' < d.hi
      UNION ALL
      SELECT o.place::int, h.name, h.n
        FROM uncounted_ranges o CROSS JOIN LATERAL (${countedRows(scope, kind, sql`o.lo`, sql`o.hi`)}) h
      ${ownTeamCounts.reduce((all, one) => sql`${all} ${one}`)})`;
}
