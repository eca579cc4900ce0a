import sql, { empty, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { matchesSearch } from "@/lib/db/search-text.queries";
import { timestamp } from "@/lib/db/statement";
import { EARLIEST_MS, LATEST_MS } from "@/lib/format/storable";
import { notInternalPerRow } from "@/lib/identity/own-team.queries";
import { type IdKind, splitNumbers, visitorNumber } from "@/lib/identity/person-ref";
import {
  type PersonRow,
  PROFILE_COLUMNS,
  summariesOf,
  VISITOR_COLUMNS,
  wholeVisitor,
} from "@/lib/profiles/person/person.queries";
import type { ListProfilesOptions, Page, ProfileSummary } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import { readingBehind } from "@/lib/reading/reading-behind";
import type { Scope } from "@/lib/scope";
import type { Search, Selection } from "./people.queries";

const MINUTE_MS = 60_000;

/** Where a page of the users list ended: last seen (null: never), profile or visitor, internal id. */
const position = z.tuple([
  z.literal("profile"),
  z.number().int().min(EARLIEST_MS).max(LATEST_MS).nullable(),
  z.enum(["u", "a"]),
  z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
]);

/**
 * People, newest last seen first, those never active at the end; ties: identified before anonymous, then the newest id.
 * Keyset pagination instead of OFFSET: page 1,000 costs what page 1 costs, and nobody is repeated or skipped unless the
 * list changes.
 */
export async function liveList(
  scope: Scope,
  { tab, search, internal }: Selection,
  page: Pick<ListProfilesOptions, "limit" | "cursor">,
): Promise<Page<ProfileSummary>> {
  const cursor = decodeCursor(page.cursor, position);
  const from: ListPosition | undefined = cursor && { lastSeen: cursor[1], kind: cursor[2], id: cursor[3] };
  const limit = page.limit + 1;
  const wanted: Wanted = { search, withInternal: internal === "with" };
  const [profiles, visitors] = await Promise.all([
    tab === "anonymous" ? [] : listIdentified(scope, wanted, from, limit),
    tab === "identified" ? [] : listVisitors(scope, wanted, from, limit),
  ]);
  const rows = [...profiles, ...visitors].sort(newestFirst);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    rows: await summariesOf(scope, shown),
    next: rows.length > shown.length && last ? encodeCursor(["profile", last.lastSeen, last.kind, last.id]) : null,
  };
}

/**
 * Last seen descending, never seen last; identified before anonymous; id descending. The default order of all lists.
 */
function newestFirst(a: PersonRow, b: PersonRow): number {
  if (a.lastSeen !== b.lastSeen) return (a.lastSeen ?? -Infinity) < (b.lastSeen ?? -Infinity) ? 1 : -1;
  return a.kind === b.kind ? b.id - a.id : a.kind === "u" ? -1 : 1;
}

/** People who were seen; then, on the page where they end, those never seen. */
async function listIdentified(scope: Scope, wanted: Wanted, from: ListPosition | undefined, limit: number) {
  const isInTail = from?.lastSeen === null;
  const seen = isInTail
    ? []
    : await firstPeople(scope, limit, from, (after) =>
        wanted.search ? seenSearchQuery(scope, wanted, after, limit) : seenQuery(scope, wanted, after, limit),
      );
  if (seen.length === limit) return seen;
  const tail = await firstPeople(scope, limit - seen.length, isInTail ? from : undefined, (after) =>
    neverSeenQuery(scope, wanted, after, limit),
  );
  return [...seen, ...tail];
}

/**
 * The first `limit` rows of `query` that count as people, read page by page: a user id that only an alias has named has
 * no createdAt. Such ids are rare, so one page is nearly always enough.
 */
async function firstPeople(
  scope: Scope,
  limit: number,
  from: ListPosition | undefined,
  query: (after: ListPosition | undefined) => Sql,
): Promise<PersonRow[]> {
  const found: PersonRow[] = [];
  for (let after = from; ; ) {
    const { rows } = await readingBehind(scope, (db) => db.query<PersonRow>(query(after)));
    found.push(...rows.filter((row) => row.createdAt !== null));
    const last = rows.at(-1);
    if (!last || rows.length < limit || found.length >= limit) return found.slice(0, limit);
    after = last;
  }
}

async function listVisitors(scope: Scope, wanted: Wanted, from: ListPosition | undefined, limit: number) {
  if (from?.lastSeen === null) return [];
  const { search } = wanted;
  const sought = search && { ...search, people: [...search.people, ...(await visitorsDescribed(scope, search))] };
  if (sought && splitNumbers(sought.people).visitors.length === 0) return [];
  const query = visitorsQuery(scope, { ...wanted, search: sought }, from, limit);
  return (await readingBehind(scope, (db) => db.query<PersonRow>(query))).rows;
}

/** The most that are listed if, say, half the visitors match a search: the reader is still typing. */
const MAX_DESCRIBED = 1_000;

/**
 * Visitors with a property that matches the search, by number, newest first. profile_facts_search_idx, which only has
 * those with properties.
 */
async function visitorsDescribed(scope: Scope, { text }: Search): Promise<number[]> {
  const { rows } = await reading(scope).query<{ stream: number }>(sql`
    SELECT -f.person AS stream FROM profile_facts f
     WHERE f.project_id = ${scope.projectId} AND f.person < 0
       AND ${matchesSearch(sql`f.search_text`, text)}
     ORDER BY f.last_seen DESC LIMIT ${MAX_DESCRIBED}`);
  return rows.map(({ stream }) => visitorNumber(stream));
}

/** The position a page starts after. Profiles and visitors share one order; see newestFirst. */
export type ListPosition = { lastSeen: number | null; kind: IdKind; id: number };

/** Who is listed; without the own team unless `withInternal` is set. */
type Wanted = { search?: Search | undefined; withInternal?: boolean | undefined };

const profileMatches = (search: Search | undefined): Sql => {
  if (!search) return empty;
  const { profiles } = splitNumbers(search.people);
  return sql`AND (${matchesSearch(sql`p.search_text`, search.text)} OR p.id = ANY(${profiles}::bigint[]))`;
};
const visitorMatches = (search: Search | undefined): Sql =>
  search ? sql`AND s.stream_id = ANY(${splitNumbers(search.people).visitors}::bigint[])` : empty;
const isCounted = (scope: Scope, { withInternal }: Wanted, person: Sql): Sql =>
  withInternal ? empty : sql`AND ${notInternalPerRow(scope.projectId, person)}`;

const NEWEST_SEEN_FIRST = sql`t.last_min DESC NULLS LAST, t.last_seen DESC, t.profile_id DESC`;

/**
 * The next `limit` profiles that were active, newest first, after `from`: only those with a createdAt count as people,
 * so a page may need a second call. The limit comes before the join, and the walk of profile_stats_last_min_idx sorts
 * within a minute only: joining first took 500 ms where this takes 2 (docs/identity.md E5).
 */
export function seenQuery(scope: Scope, wanted: Wanted, from: ListPosition | undefined, limit: number): Sql {
  return sql`
    SELECT ${PROFILE_COLUMNS}
      FROM (SELECT * FROM profile_stats t
          WHERE ${seenAfter(scope, from)} ${isCounted(scope, wanted, sql`t.profile_id`)}
          ORDER BY ${NEWEST_SEEN_FIRST} LIMIT ${limit}) t
      JOIN profiles p ON p.project_id = ${scope.projectId} AND p.id = t.profile_id
     ORDER BY ${NEWEST_SEEN_FIRST}`;
}

/**
 * Like seenQuery, of the profiles a search matches. The planner walks the list when the text is common and uses
 * profiles_search_idx when it is rare.
 */
export function seenSearchQuery(scope: Scope, wanted: Wanted, from: ListPosition | undefined, limit: number): Sql {
  return sql`
    SELECT ${PROFILE_COLUMNS}
      FROM profile_stats t JOIN profiles p ON p.project_id = t.project_id AND p.id = t.profile_id
     WHERE ${seenAfter(scope, from)} ${profileMatches(wanted.search)} ${isCounted(scope, wanted, sql`t.profile_id`)}
     ORDER BY ${NEWEST_SEEN_FIRST} LIMIT ${limit}`;
}

function seenAfter(scope: Scope, from: ListPosition | undefined): Sql {
  const lastSeen = from?.lastSeen ?? Number.POSITIVE_INFINITY;
  // At the same instant profiles come before visitors: after a visitor, no profile of that instant is left.
  const id = from?.kind === "a" ? 0 : (from?.id ?? 0);
  return sql`t.project_id = ${scope.projectId} AND t.last_min <= ${timestamp(minuteOf(lastSeen))}
    AND (t.last_seen, t.profile_id) < (${timestamp(lastSeen)}::timestamptz, ${id}::bigint)`;
}

/**
 * The next `limit` profiles that were described but never active, newest id first, after `from`; createdAt as in
 * seenQuery. The tail of profile_stats_last_min_idx, which is why it orders by a column that is always NULL there.
 */
export function neverSeenQuery(scope: Scope, wanted: Wanted, from: ListPosition | undefined, limit: number): Sql {
  return sql`
    SELECT ${PROFILE_COLUMNS}
      FROM profile_stats t JOIN profiles p ON p.project_id = t.project_id AND p.id = t.profile_id
     WHERE t.project_id = ${scope.projectId} AND t.last_min IS NULL
       AND t.profile_id < ${from?.id ?? Number.MAX_SAFE_INTEGER}::bigint ${profileMatches(wanted.search)}
       ${isCounted(scope, wanted, sql`t.profile_id`)}
     ORDER BY t.last_min DESC NULLS LAST, t.profile_id DESC LIMIT ${limit}`;
}

/**
 * Anonymous visitors, newest first, after `from`. Walks spans_visitors_idx, sorting within a minute only; a stream with
 * several unclaimed spans is listed by its newest one (spans_pkey), and its figures cover all of them.
 */
export function visitorsQuery(scope: Scope, wanted: Wanted, from: ListPosition | undefined, limit: number): Sql {
  const lastSeen = from?.lastSeen ?? Number.POSITIVE_INFINITY;
  // At the same instant visitors come after profiles: after a profile, all visitors of that instant are still to come.
  const id = from?.kind === "a" ? from.id : Number.MAX_SAFE_INTEGER;
  return sql`
    SELECT ${VISITOR_COLUMNS}
      FROM (SELECT s.stream_id, s.last_min, s.last_seen FROM spans s
             WHERE s.project_id = ${scope.projectId} AND s.owner_id IS NULL AND s.last_min IS NOT NULL
               AND s.last_min <= ${timestamp(minuteOf(lastSeen))}
               AND (s.last_seen, s.stream_id) < (${timestamp(lastSeen)}::timestamptz, ${id}::bigint)
               ${visitorMatches(wanted.search)} ${isCounted(scope, wanted, sql`-s.stream_id`)}
               AND NOT EXISTS (
                 SELECT 1 FROM spans later WHERE later.project_id = s.project_id AND later.stream_id = s.stream_id
                    AND later.from_ts > s.from_ts AND later.owner_id IS NULL AND later.last_min IS NOT NULL)
             ORDER BY s.last_min DESC, s.last_seen DESC, s.stream_id DESC LIMIT ${limit}) s
      ${wholeVisitor(scope)}
     ORDER BY s.last_seen DESC, s.stream_id DESC`;
}

const minuteOf = (ms: number): number => (Number.isFinite(ms) ? Math.floor(ms / MINUTE_MS) * MINUTE_MS : ms);
