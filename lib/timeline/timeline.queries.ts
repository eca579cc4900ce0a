import sql, { empty, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { timestamp } from "@/lib/db/statement";
import { EARLIEST_MS, LATEST_MS } from "@/lib/format/storable";
import { lanesOf } from "@/lib/identity/lanes.queries";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { joinPersonOfNumber, PERSON_COLUMNS, refSql } from "@/lib/identity/person-ref.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { matchingSql } from "./filter.queries";
import type { ListEventsOptions, TimelineEvent, TimelineFilter } from "./types";

const position = z.tuple([z.literal("event"), z.number().int().min(EARLIEST_MS).max(LATEST_MS), z.guid()]);
const FIRST_UUID = "00000000-0000-0000-0000-000000000000";
const LAST_UUID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

const STORY_KINDS = ["event", "identify"];
const ALL_KINDS = ["event", "identify", "property", "alias", "group"];

/**
 * One page of a person's events, and the cursor of the next one; throws not_found for a ref that nobody has. Keyset
 * pagination, not OFFSET: page 1,000 costs what page 1 costs. Ties on time break on id, so that no event is repeated or
 * skipped.
 */
export async function listEvents(
  scope: Scope,
  who: PersonOrRef,
  options: ListEventsOptions,
): Promise<{ rows: TimelineEvent[]; next: string | null }> {
  const page = eventsPageOf(options);
  const person = await requirePerson(scope, who);
  const { rows } = await reading(scope).query<TimelineEvent>(eventsQuery(scope, person, page));
  return pageOf(rows, options.limit);
}

/** The query of a page: it reads one row more than is shown. Throws bad_request naming `cursor`. */
export function eventsPageOf(options: ListEventsOptions): EventsPageRequest {
  const cursor = decodeCursor(options.cursor, position);
  return {
    order: options.order,
    limit: options.limit + 1,
    kinds: options.includeProperties ? ALL_KINDS : STORY_KINDS,
    after: options.after ?? Number.NEGATIVE_INFINITY,
    before: options.before ?? Number.POSITIVE_INFINITY,
    from: cursor && { ts: cursor[1], id: cursor[2] },
    filter: options.filter,
  };
}

export function pageOf<Row extends { ts: number; id: string }>(
  rows: readonly Row[],
  limit: number,
): { rows: Row[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > page.length && last ? cursorAfter(last) : null };
}

/** The cursor of the page after an event. */
export const cursorAfter = (event: { ts: number; id: string }): string => encodeCursor(["event", event.ts, event.id]);

export type EventsPageRequest = {
  order: "asc" | "desc";
  limit: number;
  kinds: string[];
  /** after ≤ ts < before, milliseconds; ±Infinity for no bound. */
  after: number;
  before: number;
  /** The page starts after this event. */
  from: { ts: number; id: string } | undefined;
  filter?: TimelineFilter;
};

/**
 * The rows of a page, in (ts, id) order (docs/identity.md E6). Finds the next listed event of every lane, keeps the
 * `limit` lanes whose next event comes first (and all that tie) and reads only those: no other lane can have a row on
 * the page. A person with 1,000 devices costs 1,000 index probes and one page, not 1,000 pages. The last_seen of lanes
 * cannot replace the probes, as it leaves out passive and property rows. Each probe uses events_actor_ts_idx; at most
 * limit² candidates are sorted.
 */
export const eventsQuery = (scope: Scope, person: Person, page: EventsPageRequest): Sql =>
  lanesQuery(scope, lanesOf(scope, person), page);

/**
 * eventsQuery for any lanes. `withPerson`: the lanes have a column `person`, which the rows then include. `where`: a
 * further condition on events `e` of lanes `l`, beginning with AND.
 */
export function lanesQuery(
  scope: Scope,
  lanes: Sql,
  page: EventsPageRequest,
  { withPerson = false, where = empty } = {},
): Sql {
  const ascending = page.order === "asc";
  const from = page.from ?? {
    ts: ascending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
    id: ascending ? FIRST_UUID : LAST_UUID,
  };
  const inLane = sql`e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
      AND e.ts >= l.from_ts AND e.ts < l.to_ts
      AND e.ts >= ${timestamp(page.after)} AND e.ts < ${timestamp(page.before)}
      AND e.kind = ANY(${page.kinds})
      ${page.kinds.includes("property") ? empty : sql`AND NOT e.unchanged`}
      ${where}
      ${matchingSql(scope, page.filter)}`;
  const isAfterCursor = ascending
    ? sql`(e.ts, e.id) > (${timestamp(from.ts)}::timestamptz, ${from.id}::uuid)`
    : sql`(e.ts, e.id) < (${timestamp(from.ts)}::timestamptz, ${from.id}::uuid)`;
  const inOrder = ascending ? sql`ORDER BY e.ts, e.id` : sql`ORDER BY e.ts DESC, e.id DESC`;
  const headsInOrder = ascending ? sql`ORDER BY head` : sql`ORDER BY head DESC`;
  return sql`
    WITH lanes AS (${lanes}),
    page_lanes AS (
      SELECT l.*
        FROM lanes l
       CROSS JOIN LATERAL (
          SELECT e.ts AS head FROM events e WHERE ${inLane} AND ${isAfterCursor} ${inOrder} LIMIT 1) h
       ${headsInOrder} FETCH FIRST (${page.limit}) ROWS WITH TIES),
    page AS (
      SELECT e.* ${withPerson ? sql`, l.person` : empty}
        FROM page_lanes l
       CROSS JOIN LATERAL (
          SELECT e.*, CASE WHEN l.explicit THEN 'explicit'
                           WHEN e.ts > l.run_last THEN 'inferred'
                           ELSE 'claimed' END AS attribution
            FROM events e
           WHERE ${inLane} AND ${isAfterCursor}
           ${inOrder} LIMIT ${page.limit}) e
       ${inOrder} LIMIT ${page.limit})
    SELECT e.id, e.name, e.kind, e.ts, e.session_id AS "sessionId", e.attribution,
           ${refSql(sql`i.kind`, sql`i.ext_id`)} AS actor, e.origin, e.path, e.title, e.referrer, e.device,
           e.browser, e.os, e.country, e.city, e.revenue,
           coalesce(e.groups, '{}') AS groups, e.properties, coalesce(e.warnings, '{}') AS warnings
           ${withPerson ? sql`, ${PERSON_COLUMNS}` : empty}
      FROM page e
      JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = e.actor_id
      ${withPerson ? joinPersonOfNumber(scope, sql`e.person`) : empty}
     ${inOrder}`;
}
