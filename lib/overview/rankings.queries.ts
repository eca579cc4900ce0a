import sql, { type Sql } from "sql-template-tag";
import { readHeavily } from "@/lib/db/heavy.queries";
import { timestamp } from "@/lib/db/statement";
import { contextOrder } from "@/lib/events/context-order.queries";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import type { Scope } from "@/lib/scope";
import { namesOf } from "@/lib/timeline/project-events.queries";
import { inWindow, isNotOwn, ownEvents, ownLanes, type Window } from "./window.queries";

export type Ranked = { name: string; count: number; before: number };

/** The most frequent events (without page views), with their counts in the previous window. */
export async function topEvents(scope: Scope, now: Window, before: Window, limit: number): Promise<Ranked[]> {
  const { rows } = await readHeavily<Ranked>(scope, topEventsQuery(scope, now, before, limit));
  return rows;
}

/** Index-only, a range of events_name_ts_idx per name and window. */
export const topEventsQuery = (scope: Scope, now: Window, before: Window, limit: number): Sql => sql`
  WITH RECURSIVE ${namesOf(scope)}, ${ownLanes(scope)},
  own_now AS MATERIALIZED (
    SELECT o.name, count(*) AS count FROM (${ownEvents(scope, now, sql`e.name`)}) o GROUP BY o.name),
  own_before AS MATERIALIZED (
    SELECT o.name, count(*) AS count FROM (${ownEvents(scope, before, sql`e.name`)}) o GROUP BY o.name),
  counted AS (
    SELECT names.name,
           (SELECT count(*) FROM events e WHERE e.name = names.name AND ${inWindow(scope, now)})
           - coalesce((SELECT o.count FROM own_now o WHERE o.name = names.name), 0) AS count
      FROM names WHERE names.name IS NOT NULL AND names.name <> ALL(${PAGE_VIEW_NAMES})
     ORDER BY 2 DESC, 1 LIMIT ${limit})
  SELECT c.name, c.count,
         (SELECT count(*) FROM events e WHERE e.name = c.name AND ${inWindow(scope, before)})
         - coalesce((SELECT o.count FROM own_before o WHERE o.name = c.name), 0) AS before
    FROM counted c WHERE c.count > 0 ORDER BY c.count DESC, c.name`;

/** The most viewed pages, with their counts in the previous window. */
export async function topPages(scope: Scope, now: Window, before: Window, limit: number): Promise<Ranked[]> {
  const { rows } = await readHeavily<Ranked>(scope, topPagesQuery(scope, now, before, limit));
  return rows;
}

/** Uses events_name_ts_idx; reads the page views of both windows from the table, for their paths. */
export const topPagesQuery = (scope: Scope, now: Window, before: Window, limit: number): Sql => sql`
  WITH ${ownLanes(scope)}
  SELECT e.path AS name, count(*) FILTER (WHERE e.ts >= ${timestamp(now.from)}) AS count,
         count(*) FILTER (WHERE e.ts < ${timestamp(before.to)}) AS before
    FROM events e
   WHERE ${inWindow(scope, { from: before.from, to: now.to })} AND e.name = ANY(${PAGE_VIEW_NAMES})
     AND e.path IS NOT NULL AND ${isNotOwn(sql`e.actor_id`, sql`e.ts`)}
   GROUP BY e.path HAVING count(*) FILTER (WHERE e.ts >= ${timestamp(now.from)}) > 0
   ORDER BY 2 DESC, 1 LIMIT ${limit}`;

/** The most frequent sources of visits, with their counts in the previous window. */
export async function topSources(scope: Scope, now: Window, before: Window, limit: number): Promise<Ranked[]> {
  const { rows } = await readHeavily<Ranked>(scope, topSourcesQuery(scope, now, before, limit));
  return rows;
}

/**
 * Uses sessions_started_idx; O(sessions of both windows). A session that spans a login counts once: at the row that
 * knows its source.
 */
export const topSourcesQuery = (scope: Scope, now: Window, before: Window, limit: number): Sql => sql`
  WITH ${ownLanes(scope)}
  SELECT name, count(*) FILTER (WHERE at >= ${timestamp(now.from)}) AS count,
         count(*) FILTER (WHERE at < ${timestamp(before.to)}) AS before
    FROM (
      SELECT DISTINCT ON (x.session_id) x.started_at AS at,
             coalesce(x.context->>'referrerName', x.context->>'utmSource', 'Direct') AS name
        FROM sessions x
       WHERE x.project_id = ${scope.projectId}
         AND x.started_at >= ${timestamp(before.from)} AND x.started_at < ${timestamp(now.to)}
         AND ${isNotOwn(sql`x.actor_id`, sql`x.started_at`)}
       ORDER BY x.session_id, ${contextOrder(sql`x`)}, x.actor_id) visits
   GROUP BY name HAVING count(*) FILTER (WHERE at >= ${timestamp(now.from)}) > 0
   ORDER BY 2 DESC, 1 LIMIT ${limit}`;
