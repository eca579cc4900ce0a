import sql, { empty, join, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { timestamp } from "@/lib/db/statement";
import type { Context } from "@/lib/events/context";
import { contextOrder, visitSourceOf } from "@/lib/events/context.queries";
import { EARLIEST_MS, LATEST_MS } from "@/lib/format/storable";
import { notInternalPerRow } from "@/lib/identity/own-team.queries";
import { lanesOfSelected, MAX_WALKED, type PeopleSet } from "@/lib/identity/people-set.queries";
import { joinOwner, joinPersonOfNumber, PERSON_COLUMNS, type RecentPerson } from "@/lib/identity/person-ref.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { reading } from "@/lib/reading/reading";
import { readingBehind } from "@/lib/reading/reading-behind";
import type { Scope } from "@/lib/scope";
import type { SessionRow } from "./types";
import { entryPage, exitPage } from "./visit-pages.queries";

export type SessionOfPerson = SessionRow & { person: RecentPerson };

/** Filters on everybody's sessions, combined by AND. Times in ms: after ≤ start < before. */
export type VisitsFilter = {
  source?: string;
  device?: string;
  country?: string;
  /** The entry page exactly. */
  entry?: string;
  /** At least this many page views. */
  minPages?: number;
  who?: "identified" | "anonymous";
  /** Only sessions of these people; the set itself includes or excludes the own team. */
  people?: PeopleSet;
  /** Without `people`: also the own team's sessions. */
  withInternal?: true;
  after: number;
  before: number;
};

const position = z.tuple([
  z.literal("visit"),
  z.number().int().min(EARLIEST_MS).max(LATEST_MS),
  z.guid(),
  z.number().int(),
]);

type Row = Omit<SessionRow, "durationMs" | "source" | "device" | "browser" | "os" | "country" | "city" | "referrer"> & {
  context: Context;
  ref: RecentPerson["ref"];
  personName: string | null;
  actorId: number;
};

/** A page of everybody's sessions by their start, newest first, and the cursor of the next one. */
export async function listVisits(
  scope: Scope,
  options: { filter: VisitsFilter; limit: number; cursor?: string },
): Promise<{ rows: SessionOfPerson[]; next: string | null }> {
  const cursor = decodeCursor(options.cursor, position);
  const from = cursor && { startedAt: cursor[1], id: cursor[2], actorId: cursor[3] };
  const query = visitsQuery(scope, { ...options, limit: options.limit + 1, from });
  const { rows } = options.filter.people
    ? await readHeavily<Row>(scope, query)
    : await readingBehind(scope, (db) => db.query<Row>(query));
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  const next = rows.length > page.length && last ? ["visit", last.startedAt, last.id, last.actorId] : null;
  return { rows: page.map(toSession), next: next && encodeCursor(next) };
}

function toSession({ context, ref, personName, actorId: _, ...stored }: Row): SessionOfPerson {
  return {
    ...stored,
    durationMs: stored.endedAt - stored.startedAt,
    device: context.device ?? null,
    browser: context.browser ?? null,
    os: context.os ?? null,
    country: context.country ?? null,
    city: context.city ?? null,
    source: visitSourceOf(context),
    referrer: context.referrer ?? null,
    person: { ref, name: personName },
  };
}

/**
 * A page of sessions. Walks sessions_started_idx from the newest on. A session that spans a login has a row of the
 * device and one of the user; it counts at its person's first row (other rows of the session by sessions_pkey, one or
 * two), and is summed over that person's rows. O(limit) lookups if most sessions pass the filter; with a very selective
 * one, reads the window's sessions. For few people, reads person by person instead (sessions_actor_started_idx),
 * O(their sessions of the window).
 */
export function visitsQuery(
  scope: Scope,
  page: {
    filter: VisitsFilter;
    limit: number;
    from: { startedAt: number; id: string; actorId: number } | undefined;
  },
): Sql {
  const { filter, from } = page;
  const until = Math.min(filter.before, from ? from.startedAt + 1 : Number.POSITIVE_INFINITY);
  const afterCursor = from
    ? sql`AND (x.started_at < ${timestamp(from.startedAt)} OR x.started_at = ${timestamp(from.startedAt)}::timestamptz
          AND (x.session_id < ${from.id}::uuid OR x.session_id = ${from.id}::uuid AND x.actor_id > ${from.actorId}))`
    : empty;
  const { people } = filter;
  const order = sql`ORDER BY x.started_at DESC, x.session_id DESC, x.actor_id`;
  const isFirst = (person: Sql) => sql`NOT EXISTS (
    SELECT 1
      FROM sessions y ${ownerIs(scope, sql`y.actor_id`, sql`y.started_at`, person)}
     WHERE y.project_id = ${scope.projectId} AND y.session_id = x.session_id
       AND (y.started_at, y.actor_id) < (x.started_at, x.actor_id))`;
  const within = sql`x.project_id = ${scope.projectId} AND x.started_at >= ${timestamp(filter.after)}
    AND x.started_at < ${timestamp(until)} ${afterCursor}`;
  const walk = (from: Sql, when: Sql) => sql`
    SELECT x.session_id, x.actor_id, x.started_at, x.context, owner.person
      FROM ${from} x ${joinOwner(scope, sql`x.actor_id`, sql`x.started_at`)}
     WHERE ${when} AND ${within} ${filterSql(filter, sql`owner.person`)}
       ${people || filter.withInternal ? empty : sql`AND ${notInternalPerRow(scope.projectId, sql`owner.person`)}`}
       ${people ? sql`AND ${people.has(sql`owner.person`)}` : empty}
       AND ${isFirst(sql`owner.person`)}
     ${order} LIMIT ${page.limit}`;
  const newest = sql`(SELECT x.* FROM sessions x WHERE ${within} ${order} LIMIT ${MAX_WALKED})`;
  const ofNewest = walk(newest, sql`true`);
  const isPage = sql`(SELECT count(*) >= ${page.limit} FROM newest_matches)`;
  // Sorted before the test for first rows, which then only runs for a page of them.
  const personByPerson = (few: PeopleSet) => sql`
    SELECT x.session_id, x.actor_id, x.started_at, x.context, x.person FROM (
      SELECT x.session_id, x.actor_id, x.started_at, x.context, l.person
        FROM (${lanesOfSelected(scope)}) l
        JOIN sessions x ON x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
         AND x.started_at >= greatest(l.from_ts, ${timestamp(filter.after)}::timestamptz)
         AND x.started_at < least(l.to_ts, ${timestamp(until)}::timestamptz)
       WHERE CASE WHEN NOT ${isPage} THEN ${few.isFew} END ${afterCursor} ${filterSql(filter, sql`l.person`)}
       ${order} OFFSET 0) x
     WHERE ${isFirst(sql`x.person`)}
     ${order} LIMIT ${page.limit}`;
  return sql`
    WITH ${people ? sql`${join(people.ctes, ", ")}, newest_matches AS MATERIALIZED (${ofNewest}),` : empty}
    page_rows AS MATERIALIZED (
      ${
        people
          ? sql`SELECT *
                  FROM ((SELECT * FROM newest_matches WHERE ${isPage})
                        UNION ALL
                        (${personByPerson(people)})
                        UNION ALL
                        (${walk(sql`sessions`, sql`CASE WHEN NOT ${isPage} THEN NOT ${people.isFew} END`)})) x
                 ${order} LIMIT ${page.limit}`
          : walk(sql`sessions`, sql`true`)
      })
    SELECT f.session_id AS id, f.actor_id AS "actorId", f.started_at AS "startedAt", t.*, f.context, ${PERSON_COLUMNS}
      FROM page_rows f
     CROSS JOIN LATERAL (
        SELECT max(y.ended_at) AS "endedAt",
               sum(y.event_count)::bigint AS events,
               sum(y.page_views)::bigint AS "pageViews",
               sum(y.revenue)::bigint AS revenue,
               ${entryPage(sql`y`)} AS "entryPage",
               ${exitPage(sql`y`)} AS "exitPage"
          FROM sessions y ${ownerIs(scope, sql`y.actor_id`, sql`y.started_at`, sql`f.person`)}
         WHERE y.project_id = ${scope.projectId} AND y.session_id = f.session_id) t
      ${joinPersonOfNumber(scope, sql`f.person`)}
     ORDER BY f.started_at DESC, f.session_id DESC, f.actor_id`;
}

/** A join that keeps the rows of `person`. */
const ownerIs = (scope: Scope, actor: Sql, ts: Sql, person: Sql): Sql =>
  sql`
    JOIN LATERAL (
      SELECT owner.person FROM (SELECT 1) one ${joinOwner(scope, actor, ts)}) mine ON mine.person = ${person}`;

/** The source of the session `x`, as visitSourceOf (lib/events/context.queries.ts) defines it. */
export const SESSION_SOURCE = sql`coalesce(x.context->>'referrerName', x.context->>'utmSource', 'Direct')`;

function filterSql({ source, device, country, entry, minPages, who }: VisitsFilter, person: Sql): Sql {
  const conditions: Sql[] = [];
  if (source) conditions.push(sql`${SESSION_SOURCE} = ${source}`);
  if (device) conditions.push(sql`x.context->>'device' = ${device}`);
  if (country) conditions.push(sql`x.context->>'country' = ${country}`);
  if (entry) conditions.push(sql`x.entry_path = ${entry}`);
  if (minPages) conditions.push(sql`x.page_views >= ${minPages}`);
  if (who) conditions.push(who === "identified" ? sql`${person} > 0` : sql`${person} < 0`);
  return conditions.length === 0 ? empty : sql`AND ${join(conditions, " AND ")}`;
}

/**
 * A session, once for each of its people (nearly always one), in order of appearance; [] for an unknown id.
 * sessions_pkey.
 */
export async function visitById(scope: Scope, sessionId: string): Promise<SessionOfPerson[]> {
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT x.session_id AS id,
           min(x.actor_id) AS "actorId",
           min(x.started_at) AS "startedAt",
           max(x.ended_at) AS "endedAt",
           sum(x.event_count)::bigint AS events,
           sum(x.page_views)::bigint AS "pageViews",
           sum(x.revenue)::bigint AS revenue,
           ${entryPage(sql`x`)} AS "entryPage",
           ${exitPage(sql`x`)} AS "exitPage",
           (array_agg(x.context ORDER BY ${contextOrder(sql`x`)}))[1] AS context,
           ${PERSON_COLUMNS}
      FROM sessions x
      ${joinOwner(scope, sql`x.actor_id`, sql`x.started_at`)}
      ${joinPersonOfNumber(scope, sql`owner.person`)}
     WHERE x.project_id = ${scope.projectId} AND x.session_id = ${sessionId}::uuid
     GROUP BY x.session_id, owner.person, who.display_id, stream.ext_id, who.name, who.email
     ORDER BY min(x.started_at), owner.person`);
  return rows.map(toSession);
}
