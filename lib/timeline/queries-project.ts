import sql, { empty, join, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, EARLIEST_MS, encodeCursor, LATEST_MS } from "@/lib/db/cursor";
import { pool } from "@/lib/db/pool";
import { ownerOf, whoIs } from "@/lib/db/queries-owner";
import { PERSON_COLUMNS, type RecentPerson } from "@/lib/db/queries-recent";
import { timestamp } from "@/lib/db/statement";
import type { Scope } from "@/lib/scope";
import { propertyText } from "./filter.queries";
import type { RecentEvent } from "./queries-recent";

const position = z.tuple([z.literal("stream"), z.number().int().min(EARLIEST_MS).max(LATEST_MS), z.guid()]);

/** What is kept of everybody's events; every part given must hold. Times in ms, after ≤ ts < before. */
export type StreamFilter = {
  name?: string;
  /** The start of a path: "/app" keeps "/app/reports". */
  path?: string;
  /** The path exactly. */
  page?: string;
  country?: string;
  device?: string;
  property?: { key: string; value: string | null };
  who?: "identified" | "anonymous";
  /** Only theirs: a query whose rows are `person`, as in profile_facts. Run once a page. */
  people?: Sql;
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
  const { rows } = await pool().query<Row>(
    streamQuery(scope, { filter: options.filter, limit: options.limit + 1, from }),
  );
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  return {
    rows: page.map(({ ref, personName, ...event }) => ({ ...event, person: { ref, name: personName } })),
    next: rows.length > page.length && last ? encodeCursor(["stream", last.ts, last.id]) : null,
  };
}

/**
 * Asks every name for its newest event, keeps the `limit` names whose newest comes first, and reads a page of each: events are
 * indexed by name and time, and a project has few names. O(names + limit²) index steps for what is common; a filter that hardly
 * anything passes reads the window's events, so windows are bounded. Rides on events_name_ts_idx.
 */
export function streamQuery(
  scope: Scope,
  page: { filter: StreamFilter; limit: number; from: { ts: number; id: string } | undefined },
): Sql {
  const { filter, limit, from } = page;
  const until = Math.min(filter.before, from ? from.ts + 1 : Number.POSITIVE_INFINITY);
  const behind = from ? sql`AND (e.ts, e.id) < (${timestamp(from.ts)}::timestamptz, ${from.id}::uuid)` : empty;
  const ofName = sql`e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = n.name
      AND e.ts >= ${timestamp(filter.after)} AND e.ts < ${timestamp(until)} ${behind} ${kept(filter)}`;
  return sql`
    WITH RECURSIVE ${filter.name === undefined ? namesOf(scope) : sql`names AS (SELECT ${filter.name}::text AS name)`},
    ${filter.people ? sql`members AS MATERIALIZED (${filter.people}),` : empty}
    picked AS (
      SELECT n.name FROM names n CROSS JOIN LATERAL (
        SELECT e.ts FROM events e WHERE ${ofName} ORDER BY e.ts DESC LIMIT 1) head
       WHERE n.name IS NOT NULL ORDER BY head.ts DESC FETCH FIRST (${limit}) ROWS WITH TIES),
    page AS (
      SELECT e.* FROM picked n CROSS JOIN LATERAL (
        SELECT e.*, owner.person FROM events e ${ownerOf(scope, sql`e.actor_id`, sql`e.ts`)}
         WHERE ${ofName} ${keptOwner(filter)} ORDER BY e.ts DESC, e.id DESC LIMIT ${limit}) e
       ORDER BY e.ts DESC, e.id DESC LIMIT ${limit})
    SELECT e.id, e.name, e.kind, e.ts, e.session_id AS "sessionId", a.kind || ':' || a.ext_id AS actor, e.origin, e.path, e.title,
           e.referrer, e.device, e.browser, e.os, e.country, e.city, e.revenue, coalesce(e.groups, '{}') AS groups, e.properties,
           coalesce(e.warnings, '{}') AS warnings, ${PERSON_COLUMNS}
      FROM page e JOIN identities a ON a.project_id = ${scope.projectId} AND a.id = e.actor_id ${whoIs(scope, sql`e.person`)}
     ORDER BY e.ts DESC, e.id DESC`;
}

function kept({ path, page, country, device, property }: StreamFilter): Sql {
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

function keptOwner({ who, people }: StreamFilter): Sql {
  const side = who === undefined ? empty : who === "identified" ? sql`AND owner.person > 0` : sql`AND owner.person < 0`;
  return people ? sql`${side} AND owner.person IN (SELECT person FROM members)` : side;
}

/** All names of the project's events, in alphabetical order: one step in events_name_ts_idx a name, however many events. */
export async function eventNames(scope: Scope): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(
    sql`WITH RECURSIVE ${namesOf(scope)} SELECT name FROM names WHERE name IS NOT NULL`,
  );
  return rows.map(({ name }) => name);
}

/** The same with when each was done last (ms); one step more a name. */
export async function eventsByName(scope: Scope): Promise<{ name: string; lastAt: number }[]> {
  const { rows } = await pool().query<{ name: string; lastAt: number }>(sql`
    WITH RECURSIVE ${namesOf(scope)}
    SELECT n.name, last.ts AS "lastAt" FROM names n CROSS JOIN LATERAL (
      SELECT e.ts FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = n.name
       ORDER BY e.ts DESC LIMIT 1) last
     WHERE n.name IS NOT NULL ORDER BY n.name`);
  return rows;
}

/** `names`, for a WITH RECURSIVE: a walk from each name to the next. Ends with a row that is NULL. */
export const namesOf = (scope: Scope): Sql => sql`
  names AS (
    (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' ORDER BY e.name LIMIT 1)
    UNION ALL
    SELECT (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name > n.name
             ORDER BY e.name LIMIT 1)
      FROM names n WHERE n.name IS NOT NULL)`;
