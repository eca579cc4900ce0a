import sql, { type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { readHeavily } from "@/lib/db/queries-heavy";
import { whoIs } from "@/lib/db/queries-owner";
import { PERSON_COLUMNS, type RecentPerson } from "@/lib/db/queries-recent";
import { timestamp } from "@/lib/db/statement";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import type { Scope } from "@/lib/scope";

/** [from, to), ms. */
export type Window = { from: number; to: number };

const inWindow = (scope: Scope, { from, to }: Window): Sql =>
  sql`e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.ts >= ${timestamp(from)} AND e.ts < ${timestamp(to)}`;

/**
 * `active`: `person` (as in profile_facts), when first and last, and how many events, of everybody who did something in the
 * window. One index-only pass over events_name_ts_idx's entries of the window, name by name, grouped by actor; then each actor's
 * person by primary key. Where a device changed hands within the window its events are counted stretch by stretch.
 */
const activeSql = (scope: Scope, window: Window): Sql => sql`
  hits AS MATERIALIZED (
    SELECT e.actor_id, count(*) AS n, min(e.ts) AS lo, max(e.ts) AS hi
      FROM names JOIN events e ON e.name = names.name WHERE ${inWindow(scope, window)} GROUP BY e.actor_id),
  active AS (
    SELECT person, min(lo) AS lo, max(hi) AS hi, sum(n)::bigint AS n FROM (
      SELECT i.profile_id AS person, h.lo, h.hi, h.n
        FROM hits h JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = h.actor_id AND i.kind = 'u'
      UNION ALL
      SELECT CASE WHEN s.owner_id IS NULL THEN -s.stream_id ELSE o.profile_id END,
             CASE WHEN whole THEN h.lo ELSE part.lo END, CASE WHEN whole THEN h.hi ELSE part.hi END,
             CASE WHEN whole THEN h.n ELSE part.n END
        FROM hits h
        JOIN spans s ON s.project_id = ${scope.projectId} AND s.stream_id = h.actor_id AND s.from_ts <= h.hi AND s.to_ts > h.lo
        LEFT JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
       CROSS JOIN LATERAL (SELECT s.from_ts <= h.lo AND h.hi < s.to_ts AS whole) w
       CROSS JOIN LATERAL (
         SELECT count(*) AS n, min(e.ts) AS lo, max(e.ts) AS hi FROM events e
          WHERE NOT whole AND ${inWindow(scope, window)} AND e.actor_id = h.actor_id
            AND e.ts >= greatest(s.from_ts, h.lo) AND e.ts < s.to_ts AND e.ts <= h.hi) part
       WHERE s.owner_id IS DISTINCT FROM 0) q
     WHERE person IS NOT NULL AND n > 0 GROUP BY person)`;

const namesSql = (scope: Scope): Sql => sql`
  names AS (
    (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' ORDER BY e.name LIMIT 1)
    UNION ALL
    SELECT (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name > n.name
             ORDER BY e.name LIMIT 1)
      FROM names n WHERE n.name IS NOT NULL)`;

export type Headline = { active: number; identified: number; fresh: number; events: number };

/** How many people did something, how many of them are identified, how many were seen for the first time, and events. */
export async function headlineOf(scope: Scope, window: Window): Promise<Headline> {
  const { rows } = await readHeavily<Headline>(headlineQuery(scope, window));
  return rows[0] ?? { active: 0, identified: 0, fresh: 0, events: 0 };
}

/** O(events of the window), index only; who is new by profile_facts_pkey. */
export const headlineQuery = (scope: Scope, window: Window): Sql => sql`
  WITH RECURSIVE ${namesSql(scope)}, ${activeSql(scope, window)}
  SELECT count(*) AS active, count(*) FILTER (WHERE a.person > 0) AS identified,
         count(*) FILTER (WHERE f.first_seen >= ${timestamp(window.from)}) AS fresh, coalesce(sum(a.n), 0)::bigint AS events
    FROM active a LEFT JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = a.person`;

export type DayCount = { day: string; people: number; events: number };

/** People and events by day of `zone`; days without any are left out. A person counts on each of their days. */
export async function daily(scope: Scope, window: Window, zone: string): Promise<DayCount[]> {
  const { rows } = await readHeavily<DayCount>(dailyQuery(scope, window, zone));
  return rows;
}

/** As activeSql, an actor and day at a time; a device that changed hands within a day counts for who had it first. */
export const dailyQuery = (scope: Scope, window: Window, zone: string): Sql => sql`
  WITH RECURSIVE ${namesSql(scope)},
  hits AS (
    SELECT e.actor_id, (e.ts AT TIME ZONE ${zone})::date AS day, count(*) AS n, min(e.ts) AS lo
      FROM names JOIN events e ON e.name = names.name WHERE ${inWindow(scope, window)} GROUP BY 1, 2)
  SELECT to_char(h.day, 'YYYY-MM-DD') AS day, count(DISTINCT coalesce(i.profile_id, o.profile_id, -h.actor_id)) AS people,
         sum(h.n)::bigint AS events
    FROM hits h
    JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = h.actor_id
    LEFT JOIN spans s ON i.kind = 'a' AND s.project_id = ${scope.projectId} AND s.stream_id = h.actor_id
     AND s.from_ts <= h.lo AND s.to_ts > h.lo
    LEFT JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
   WHERE s.owner_id IS DISTINCT FROM 0 GROUP BY h.day ORDER BY h.day`;

export type Ranked = { name: string; count: number; before: number };

/** The events done most (page views left out), with how often in the window before. */
export async function topEvents(scope: Scope, now: Window, before: Window, limit: number): Promise<Ranked[]> {
  const { rows } = await readHeavily<Ranked>(topEventsQuery(scope, now, before, limit));
  return rows;
}

/** Index only, a range of events_name_ts_idx a name and window. */
export const topEventsQuery = (scope: Scope, now: Window, before: Window, limit: number): Sql => sql`
  WITH RECURSIVE ${namesSql(scope)},
  counted AS (
    SELECT names.name, (SELECT count(*) FROM events e WHERE e.name = names.name AND ${inWindow(scope, now)}) AS count
      FROM names WHERE names.name IS NOT NULL AND names.name <> ALL(${PAGE_VIEW_NAMES})
     ORDER BY 2 DESC, 1 LIMIT ${limit})
  SELECT c.name, c.count, (SELECT count(*) FROM events e WHERE e.name = c.name AND ${inWindow(scope, before)}) AS before
    FROM counted c WHERE c.count > 0 ORDER BY c.count DESC, c.name`;

/** The pages seen most, with how often in the window before. */
export async function topPages(scope: Scope, now: Window, before: Window, limit: number): Promise<Ranked[]> {
  const { rows } = await readHeavily<Ranked>(topPagesQuery(scope, now, before, limit));
  return rows;
}

/** Rides on events_name_ts_idx; reads the page views of both windows from the table, for their paths. */
export const topPagesQuery = (scope: Scope, now: Window, before: Window, limit: number): Sql => sql`
  SELECT e.path AS name, count(*) FILTER (WHERE e.ts >= ${timestamp(now.from)}) AS count,
         count(*) FILTER (WHERE e.ts < ${timestamp(before.to)}) AS before
    FROM events e
   WHERE ${inWindow(scope, { from: before.from, to: now.to })} AND e.name = ANY(${PAGE_VIEW_NAMES}) AND e.path IS NOT NULL
   GROUP BY e.path HAVING count(*) FILTER (WHERE e.ts >= ${timestamp(now.from)}) > 0
   ORDER BY 2 DESC, 1 LIMIT ${limit}`;

/** Where most visits came from, with how many in the window before. */
export async function topSources(scope: Scope, now: Window, before: Window, limit: number): Promise<Ranked[]> {
  const { rows } = await readHeavily<Ranked>(topSourcesQuery(scope, now, before, limit));
  return rows;
}

/** Rides on sessions_started_idx; O(visits of both windows). A visit that spans a login counts once: at its first row. */
export const topSourcesQuery = (scope: Scope, now: Window, before: Window, limit: number): Sql => sql`
  SELECT name, count(*) FILTER (WHERE at >= ${timestamp(now.from)}) AS count,
         count(*) FILTER (WHERE at < ${timestamp(before.to)}) AS before
    FROM (
      SELECT DISTINCT ON (x.session_id) x.started_at AS at,
             coalesce(x.context->>'referrerName', x.context->>'utmSource', 'Direct') AS name
        FROM sessions x
       WHERE x.project_id = ${scope.projectId} AND x.started_at >= ${timestamp(before.from)} AND x.started_at < ${timestamp(now.to)}
       ORDER BY x.session_id, x.started_at, x.actor_id) visits
   GROUP BY name HAVING count(*) FILTER (WHERE at >= ${timestamp(now.from)}) > 0
   ORDER BY 2 DESC, 1 LIMIT ${limit}`;

export const PEOPLE_SHOWN = ["active", "new", "identified"] as const;
export type PeopleShown = (typeof PEOPLE_SHOWN)[number];
export type ActivePerson = {
  person: RecentPerson;
  firstAt: number;
  lastAt: number;
  events: number;
  firstSeen: number | null;
};

const position = z.tuple([z.literal("active"), z.number().int(), z.number().int()]);

/** The very people headlineOf counts, last active first. */
export async function activePeople(
  scope: Scope,
  window: Window,
  options: { show: PeopleShown; limit: number; cursor?: string },
): Promise<{ rows: ActivePerson[]; next: string | null }> {
  const cursor = decodeCursor(options.cursor, position);
  type Row = Omit<ActivePerson, "person"> & { id: number; ref: RecentPerson["ref"]; personName: string | null };
  const { rows } = await readHeavily<Row>(
    activePeopleQuery(scope, window, {
      show: options.show,
      limit: options.limit + 1,
      from: cursor && { lastAt: cursor[1], id: cursor[2] },
    }),
  );
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  return {
    rows: page.map(({ ref, personName, id: _, ...row }) => ({ ...row, person: { ref, name: personName } })),
    next: rows.length > page.length && last ? encodeCursor(["active", last.lastAt, last.id]) : null,
  };
}

/** As headlineQuery; every page pays for the whole window. */
export function activePeopleQuery(
  scope: Scope,
  window: Window,
  page: { show: PeopleShown; limit: number; from: { lastAt: number; id: number } | undefined },
): Sql {
  const from = page.from ?? { lastAt: Number.POSITIVE_INFINITY, id: Number.MAX_SAFE_INTEGER };
  return sql`
    WITH RECURSIVE ${namesSql(scope)}, ${activeSql(scope, window)}
    SELECT a.person AS id, a.lo AS "firstAt", a.hi AS "lastAt", a.n AS events, f.first_seen AS "firstSeen", ${PERSON_COLUMNS}
      FROM active a LEFT JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = a.person
      ${whoIs(scope, sql`a.person`)}
     WHERE (a.hi, a.person) < (${timestamp(from.lastAt)}::timestamptz, ${from.id}::bigint)
       AND (${page.show} <> 'identified' OR a.person > 0)
       AND (${page.show} <> 'new' OR f.first_seen >= ${timestamp(window.from)})
     ORDER BY a.hi DESC, a.person DESC LIMIT ${page.limit}`;
}
