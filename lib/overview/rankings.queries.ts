import sql, { empty, type Sql } from "sql-template-tag";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import { eventNamesCte } from "@/lib/timeline/project-events.queries";
import { type CountedKind, countedIn } from "./day-counts.queries";
import type { TimeWindow } from "./window.queries";

export type Ranked = { name: string; count: number; before: number };

/** Makes a query for a project's most frequent names of a kind in `now`, with their counts in both windows. */
type Ranking = (scope: Scope, now: TimeWindow, before: TimeWindow, limit: number) => Sql;

const ranking =
  (kind: CountedKind, shown: Sql = empty): Ranking =>
  (scope, now, before, limit) =>
    sql`
  WITH RECURSIVE ${eventNamesCte(scope)}, ${countedIn(scope, kind, [now, before])}
  SELECT name, coalesce(sum(n) FILTER (WHERE place = 1), 0)::bigint AS count,
         coalesce(sum(n) FILTER (WHERE place = 2), 0)::bigint AS before
    FROM counted ${shown}
   GROUP BY name HAVING sum(n) FILTER (WHERE place = 1) > 0
   ORDER BY 2 DESC, 1 LIMIT ${limit}`;

/** The most frequent events (without page views), with their counts in the previous window. */
export const topEventsQuery = ranking("event", sql`WHERE name <> ALL(${PAGE_VIEW_NAMES})`);
/** The most viewed pages. */
export const topPagesQuery = ranking("page");
/** The most frequent sources of visits. */
export const topSourcesQuery = ranking("source");

const rankedBy =
  (query: Ranking) =>
  async (scope: Scope, now: TimeWindow, before: TimeWindow, limit: number): Promise<Ranked[]> =>
    (await readHeavily<Ranked>(scope, query(scope, now, before, limit))).rows;

export const topEvents = rankedBy(topEventsQuery);
export const topPages = rankedBy(topPagesQuery);
export const topSources = rankedBy(topSourcesQuery);
