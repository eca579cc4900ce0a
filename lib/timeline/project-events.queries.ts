import sql, { empty, join, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { timestamp } from "@/lib/db/statement";
import { EARLIEST_MS, LATEST_MS } from "@/lib/format/storable";
import { isNotUserOfOwnTeam, notInternalPerRow } from "@/lib/identity/own-team.queries";
import { lanesOfSelected, type PeopleSet } from "@/lib/identity/people-set.queries";
import {
  joinOwner,
  joinPersonOfNumber,
  PERSON_COLUMNS,
  type RecentPerson,
  refSql,
} from "@/lib/identity/person-ref.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { reading } from "@/lib/reading/reading";
import { readingBehind } from "@/lib/reading/reading-behind";
import type { Scope } from "@/lib/scope";
import { propertyText } from "./filter.queries";
import type { RecentEvent } from "./recent-events.queries";

const position = z.tuple([z.literal("stream"), z.number().int().min(EARLIEST_MS).max(LATEST_MS), z.guid()]);

/** Filters of everybody's events, combined by AND. Times in ms, after ≤ ts < before. */
export type StreamFilter = {
  name?: string;
  /** The start of a path: "/app" matches "/app/reports". */
  path?: string;
  /** The path exactly. */
  page?: string;
  country?: string;
  device?: string;
  property?: { key: string; value: string | null };
  who?: "identified" | "anonymous";
  /** Only events of these people; the set already includes or excludes the own team. */
  people?: PeopleSet;
  /** Without `people`: also the own team's events. */
  withInternal?: true;
  after: number;
  before: number;
};

/** A page of everybody's events of kind "event", newest first, and the cursor of the next one. */
export async function streamEvents(
  scope: Scope,
  options: { filter: StreamFilter; limit: number; cursor?: string },
): Promise<{ rows: RecentEvent[]; next: string | null }> {
  const cursor = decodeCursor(options.cursor, position);
  const from = cursor && { ts: cursor[1], id: cursor[2] };
  type Row = Omit<RecentEvent, "person"> & { ref: RecentPerson["ref"]; personName: string | null };
  const wanted = { filter: options.filter, limit: options.limit + 1, from };
  const query = streamQuery(scope, wanted, await pickNames(scope, wanted));
  const { rows } = options.filter.people
    ? await readHeavily<Row>(scope, query)
    : await readingBehind(scope, (db) => db.query<Row>(query));
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  return {
    rows: page.map(({ ref, personName, ...event }) => ({ ...event, person: { ref, name: personName } })),
    next: rows.length > page.length && last ? encodeCursor(["stream", last.ts, last.id]) : null,
  };
}

/** A page of the stream: `limit` rows after `from`. */
type StreamPage = { filter: StreamFilter; limit: number; from: { ts: number; id: string } | undefined };

/** Names are ranked by the time of their nth newest event, for this n: the newer it is, the commoner the name. */
const COMMON_BY = 30;

/**
 * The names that a page's events may have, commonest first. Without people: those whose newest events are among the
 * `limit` newest, as events are indexed by name and time. With people: all names of the window. About 30 steps in
 * events_name_ts_idx per name.
 */
export async function pickNames(scope: Scope, page: StreamPage): Promise<string[]> {
  if (page.filter.name !== undefined) return [page.filter.name];
  return (await reading(scope).query<{ name: string }>(namesQuery(scope, page))).rows.map(({ name }) => name);
}

export function namesQuery(scope: Scope, page: StreamPage): Sql {
  const { filter } = page;
  const ofName = sql`${matching(scope, page)} AND e.name = n.name`;
  const person = sql`owner.person`;
  // Of a name that only the own team's robots send, all events are passed over before it turns out to have none.
  const ofAnybody =
    filter.people || filter.withInternal
      ? ofKind(filter, person)
      : sql`AND ${isNotUserOfOwnTeam(scope.projectId, sql`e.actor_id`)} ${ofPeople(scope, filter, person)}`;
  return sql`
    WITH RECURSIVE ${eventNamesCte(scope)},
    page_names AS (
      SELECT n.name, head.ts
        FROM names n
       CROSS JOIN LATERAL (
        SELECT e.ts
          FROM events e ${joinOwner(scope, sql`e.actor_id`, sql`e.ts`)}
         WHERE ${ofName} ${ofAnybody}
         ORDER BY e.ts DESC LIMIT 1) head
       WHERE n.name IS NOT NULL
       ORDER BY head.ts DESC
       ${filter.people ? empty : sql`FETCH FIRST (${page.limit}) ROWS WITH TIES`})
    SELECT n.name FROM page_names n
     ORDER BY (SELECT e.ts
                 FROM events e
                WHERE ${ofName}
                ORDER BY e.ts DESC
               OFFSET ${COMMON_BY} LIMIT 1) DESC NULLS LAST, n.ts DESC`;
}

/** The most events per name, newest first, that are tested for a rule's people before these are looked up. */
const NEWEST_PER_NAME = 2_500;

/**
 * Without people: walks the commonest name's newest events until a page is full, then the other names' events that are
 * newer than the end of that page (events_name_ts_idx); O(names + limit) for common names. A very selective filter
 * reads all events of the window, so windows are bounded. With people: tests each name's newest events, as far back as
 * all names are covered. If that does not fill the page, the events of few people are read person by person
 * (events_actor_ts_idx), at most O(people × limit); for many people it walks.
 */
export function streamQuery(scope: Scope, page: StreamPage, names: string[]): Sql {
  const { filter, limit } = page;
  const { people } = filter;
  const [first, ...others] = names;
  const newest = sql`ORDER BY e.ts DESC, e.id DESC LIMIT ${limit}`;
  const walk = (name: Sql, when: Sql) => sql`
    SELECT e.*, owner.person FROM events e ${joinOwner(scope, sql`e.actor_id`, sql`e.ts`)}
     WHERE ${when} AND ${matching(scope, page)} AND e.name = ${name} ${ofPeople(scope, filter, sql`owner.person`)}`;
  const testNewest = (set: PeopleSet) => sql`
    recent AS MATERIALIZED (
      SELECT e.* FROM unnest(${names}::text[]) n(name) CROSS JOIN LATERAL (
        SELECT e.* FROM events e WHERE ${matching(scope, page)} AND e.name = n.name
         ORDER BY e.ts DESC, e.id DESC LIMIT ${NEWEST_PER_NAME}) e),
    coverage AS MATERIALIZED (
      SELECT coalesce(max(ts), '-infinity') AS since
        FROM (SELECT min(ts) AS ts FROM recent GROUP BY name HAVING count(*) = ${NEWEST_PER_NAME}) q),
    recent_matches AS MATERIALIZED (
      SELECT e.*, owner.person
        FROM (SELECT * FROM recent WHERE ts > (SELECT since FROM coverage) ORDER BY ts DESC, id DESC OFFSET 0) e
        ${joinOwner(scope, sql`e.actor_id`, sql`e.ts`)}
       WHERE ${set.has(sql`owner.person`)} ${ofKind(filter, sql`owner.person`)} ${newest}),`;
  const isPage = sql`(SELECT count(*) >= ${limit} FROM recent_matches)`;
  const isMany = people ? sql`CASE WHEN NOT ${isPage} THEN NOT ${people.isFew} END` : sql`true`;
  const named = filter.name === undefined ? empty : sql`AND e.name = ${filter.name}`;
  const eventsOfFew = (set: PeopleSet) => sql`
    UNION ALL
    (SELECT e.*, l.person
       FROM (${lanesOfSelected(scope)}) l
      CROSS JOIN LATERAL (
        SELECT e.*
          FROM events e
         WHERE ${matching(scope, page)} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts ${named}
         ${newest}) e
      WHERE CASE WHEN NOT ${isPage} THEN ${set.isFew} END ${ofKind(filter, sql`l.person`)} ${newest})`;
  return sql`
    WITH ${people ? sql`${join(people.ctes, ", ")}, ${testNewest(people)}` : empty}
    common AS MATERIALIZED (
      ${people ? sql`(SELECT * FROM recent_matches WHERE ${isPage}) UNION ALL` : empty}
      (${walk(sql`${first ?? ""}`, isMany)} ${newest})),
    other_events AS (
      SELECT e.* FROM unnest(${others}::text[]) n(name) CROSS JOIN LATERAL (
        ${walk(sql`n.name`, isMany)}
           AND e.ts >= (SELECT CASE count(*) WHEN ${limit} THEN min(ts) ELSE '-infinity' END FROM common)
         ${newest}) e),
    page AS (
      SELECT *
        FROM (SELECT * FROM common UNION ALL SELECT * FROM other_events ${people ? eventsOfFew(people) : empty}) e
        ${newest})
    SELECT e.id, e.name, e.kind, e.ts, e.session_id AS "sessionId", ${refSql(sql`a.kind`, sql`a.ext_id`)} AS actor,
           e.origin, e.path, e.title, e.referrer, e.device, e.browser, e.os, e.country, e.city, e.revenue,
           coalesce(e.groups, '{}') AS groups, e.properties, coalesce(e.warnings, '{}') AS warnings, ${PERSON_COLUMNS}
      FROM page e
      JOIN identities a ON a.project_id = ${scope.projectId} AND a.id = e.actor_id
      ${joinPersonOfNumber(scope, sql`e.person`)}
     ORDER BY e.ts DESC, e.id DESC`;
}

/** The conditions on an event itself, regardless of its name and person. */
function matching(scope: Scope, { filter, from }: StreamPage): Sql {
  const until = Math.min(filter.before, from ? from.ts + 1 : Number.POSITIVE_INFINITY);
  const afterCursor = from ? sql`AND (e.ts, e.id) < (${timestamp(from.ts)}::timestamptz, ${from.id}::uuid)` : empty;
  return sql`e.project_id = ${scope.projectId} AND e.kind = 'event'
    AND e.ts >= ${timestamp(filter.after)} AND e.ts < ${timestamp(until)} ${afterCursor} ${filterSql(filter)}`;
}

function filterSql({ path, page, country, device, property }: StreamFilter): Sql {
  const conditions: Sql[] = [];
  if (path) conditions.push(sql`starts_with(e.path, ${path})`);
  if (page) conditions.push(sql`e.path = ${page}`);
  if (country) conditions.push(sql`e.country = ${country}`);
  if (device) conditions.push(sql`e.device = ${device}`);
  if (property) {
    const value = propertyText(property.key);
    conditions.push(
      property.value === null ? sql`${value} IS NOT NULL` : sql`lower(${value}) = lower(${property.value})`,
    );
  }
  return conditions.length === 0 ? empty : sql`AND ${join(conditions, " AND ")}`;
}

/** The condition on the filter's people; for everybody it excludes the own team, at one lookup per row. */
function ofPeople(scope: Scope, filter: StreamFilter, person: Sql): Sql {
  if (filter.people) return sql`${ofKind(filter, person)} AND ${filter.people.has(person)}`;
  return filter.withInternal
    ? ofKind(filter, person)
    : sql`${ofKind(filter, person)} AND ${notInternalPerRow(scope.projectId, person)}`;
}

/** The condition on whether the person is identified. */
const ofKind = ({ who }: StreamFilter, person: Sql): Sql =>
  who === undefined ? empty : who === "identified" ? sql`AND ${person} > 0` : sql`AND ${person} < 0`;

/**
 * All names of the project's events, in alphabetical order: one step in events_name_ts_idx per name, however many
 * events.
 */
export async function eventNames(scope: Scope): Promise<string[]> {
  const { rows } = await reading(scope).query<{ name: string }>(
    sql`WITH RECURSIVE ${eventNamesCte(scope)} SELECT name FROM names WHERE name IS NOT NULL`,
  );
  return rows.map(({ name }) => name);
}

/** All names of the project's events with the last time of each (ms); one more step per name. */
export async function eventsByName(scope: Scope): Promise<{ name: string; lastAt: number }[]> {
  const { rows } = await reading(scope).query<{ name: string; lastAt: number }>(sql`
    WITH RECURSIVE ${eventNamesCte(scope)}
    SELECT n.name, last.ts AS "lastAt"
      FROM names n
     CROSS JOIN LATERAL (
       SELECT e.ts
         FROM events e
        WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = n.name
        ORDER BY e.ts DESC LIMIT 1) last
     WHERE n.name IS NOT NULL
     ORDER BY n.name`);
  return rows;
}

/** The CTE `names`, for a WITH RECURSIVE: walks from each name to the next. Its last row is NULL. */
export const eventNamesCte = (scope: Pick<Scope, "projectId">): Sql => sql`
  names AS (
    (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' ORDER BY e.name LIMIT 1)
    UNION ALL
    SELECT (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name > n.name
             ORDER BY e.name LIMIT 1)
      FROM names n WHERE n.name IS NOT NULL)`;
