import sql, { type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { pool } from "@/lib/db/pool";
import { EARLIEST_MS, LATEST_MS } from "@/lib/format/storable";
import { findPerson } from "@/lib/identity/person.queries";
import { gather } from "@/lib/profiles/person/details.queries";
import { toDetail, toSummary } from "@/lib/profiles/person/summary";
import { searchPatterns, soughtText } from "@/lib/profiles/search/search-patterns";
import { textFound } from "@/lib/profiles/search/search-text.queries";
import type { ListProfilesOptions, Page, ProfileDetail, ProfileSummary, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import {
  type ListPosition,
  neverSeenQuery,
  type PersonRow,
  profileMatches,
  profileQuery,
  type Search,
  seenQuery,
  seenSearchQuery,
  visitorMatches,
  visitorQuery,
  visitorsQuery,
} from "./live-list.queries";
import { countByFacts, listByFacts, needsFacts } from "./materialized-list.queries";

/** Where a page of the users list ended: last seen (null: never), profile or visitor, internal id. */
const position = z.tuple([
  z.literal("profile"),
  z.number().int().min(EARLIEST_MS).max(LATEST_MS).nullable(),
  z.enum(["u", "a"]),
  z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
]);

/**
 * People, newest last seen first, those never active at the end; ties: identified before anonymous, then the newest id.
 * Keyset, not OFFSET: page 1,000 costs what page 1 costs, and nobody is shown twice or skipped while the list stands still.
 */
export async function listProfiles(scope: Scope, options: ListProfilesOptions): Promise<Page<ProfileSummary>> {
  const tab = tabOf(options);
  if (needsFacts(options, tab)) return listByFacts(scope, options, tab, await readSearch(scope, options.search));
  const cursor = decodeCursor(options.cursor, position);
  const from: ListPosition | undefined = cursor && { lastSeen: cursor[1], kind: cursor[2], id: cursor[3] };
  const limit = options.limit + 1;
  const search = await readSearch(scope, options.search);
  const [profiles, visitors] = await Promise.all([
    tab === "anonymous" ? [] : listIdentified(scope, search, from, limit),
    tab === "identified" ? [] : listVisitors(scope, search, from, limit),
  ]);
  const rows = [...profiles, ...visitors].sort(newestFirst);
  const page = rows.slice(0, options.limit);
  const last = page.at(-1);
  const factsOf = await gather(scope, page);
  return {
    rows: page.map((row) => toSummary(row, factsOf(row))),
    next: rows.length > page.length && last ? encodeCursor(["profile", last.lastSeen, last.kind, last.id]) : null,
  };
}

export const tabOf = ({ tab, identified }: Pick<ListProfilesOptions, "tab" | "identified">): Tab =>
  tab ?? (identified === undefined ? "everyone" : identified ? "identified" : "anonymous");

/** How many people a list has; see Total. */
export async function countPeople(
  scope: Scope,
  options: Pick<ListProfilesOptions, "tab" | "identified" | "windowDays" | "filter" | "search">,
): Promise<Total> {
  return countByFacts(scope, options, tabOf(options), await readSearch(scope, options.search));
}

/** How many people there are, counted one by one: O(people of the project), with a search O(matches). */
export async function countProfiles(
  scope: Scope,
  options: Pick<ListProfilesOptions, "search"> = {},
): Promise<{ identified: number; anonymous: number }> {
  const search = await readSearch(scope, options.search);
  const { rows } = await pool().query<{ identified: number; anonymous: number }>(sql`
    SELECT (SELECT count(*) FROM profiles p
             WHERE p.project_id = ${scope.projectId} AND p.created_at IS NOT NULL ${profileMatches(search)}) AS identified,
           (SELECT count(DISTINCT s.stream_id) FROM spans s
             WHERE s.project_id = ${scope.projectId} AND s.owner_id IS NULL AND s.last_min IS NOT NULL
               ${visitorMatches(search)}) AS anonymous`);
  return rows[0] ?? { identified: 0, anonymous: 0 };
}

/** The person with this ref, by any id they are known by; null when there is none. */
export async function getProfile(scope: Scope, ref: string): Promise<ProfileDetail | null> {
  const person = await findPerson(scope, ref);
  if (!person) return null;
  const { rows } = await pool().query<PersonRow>(
    person.kind === "profile" ? profileQuery(scope, person.profileId) : visitorQuery(scope, person.streamId),
  );
  const row = rows[0];
  return row ? toDetail(row, (await gather(scope, [row]))(row)) : null;
}

/** Last seen downwards, never seen last; identified before anonymous; id downwards. The one order of all lists. */
function newestFirst(a: PersonRow, b: PersonRow): number {
  if (a.lastSeen !== b.lastSeen) return (a.lastSeen ?? -Infinity) < (b.lastSeen ?? -Infinity) ? 1 : -1;
  return a.kind === b.kind ? b.id - a.id : a.kind === "u" ? -1 : 1;
}

/** Those seen; then, on the page where they run out, those never seen. */
async function listIdentified(scope: Scope, search: Search | undefined, from: ListPosition | undefined, limit: number) {
  const inTail = from?.lastSeen === null;
  const seen = inTail
    ? []
    : await people(limit, from, (behind) =>
        search ? seenSearchQuery(scope, search, behind, limit) : seenQuery(scope, behind, limit),
      );
  if (seen.length === limit) return seen;
  const tail = await people(limit - seen.length, inTail ? from : undefined, (behind) =>
    neverSeenQuery(scope, search, behind, limit),
  );
  return [...seen, ...tail];
}

/**
 * The first `limit` rows of `query`, page after page, that count as people: a user id nothing was ever sent with (so far only
 * named by an alias) has no createdAt. They are rare, so one page nearly always does.
 */
async function people(
  limit: number,
  from: ListPosition | undefined,
  query: (behind: ListPosition | undefined) => Sql,
): Promise<PersonRow[]> {
  const found: PersonRow[] = [];
  for (let behind = from; ; ) {
    const { rows } = await pool().query<PersonRow>(query(behind));
    found.push(...rows.filter((row) => row.createdAt !== null));
    const last = rows.at(-1);
    if (!last || rows.length < limit || found.length >= limit) return found.slice(0, limit);
    behind = last;
  }
}

async function listVisitors(scope: Scope, search: Search | undefined, from: ListPosition | undefined, limit: number) {
  if (from?.lastSeen === null) return [];
  const sought = search && { ...search, streams: [...search.streams, ...(await visitorsDescribed(scope, search))] };
  if (sought?.streams.length === 0) return [];
  return (await pool().query<PersonRow>(visitorsQuery(scope, sought, from, limit))).rows;
}

/** Of a search that half the visitors answer to, so many are listed: whoever typed it goes on typing. */
const MAX_DESCRIBED = 1_000;

/** Visitors with a property that answers to the search, newest first. profile_facts_search_idx, which has those with properties only. */
async function visitorsDescribed(scope: Scope, { text }: Search): Promise<number[]> {
  const { rows } = await pool().query<{ stream: number }>(sql`
    SELECT -f.person AS stream FROM profile_facts f
     WHERE f.project_id = ${scope.projectId} AND f.person < 0
       AND ${textFound(sql`f.search_text`, text)}
     ORDER BY f.last_seen DESC LIMIT ${MAX_DESCRIBED}`);
  return rows.map((row) => row.stream);
}

/**
 * Reads what was typed; see searchPatterns. A whole anonymous id finds its visitor and everybody who owns a stretch of it (identities_ext_id_key).
 */
export async function readSearch(scope: Scope, typed: string | undefined): Promise<Search | undefined> {
  const text = soughtText(typed ?? "");
  if (text === "") return undefined;
  const { rows } = await pool().query<{ stream: number; profiles: number[] }>(sql`
    SELECT i.id AS stream, ARRAY(
             SELECT o.profile_id FROM spans s JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
              WHERE s.project_id = i.project_id AND s.stream_id = i.id AND o.profile_id IS NOT NULL) AS profiles
      FROM identities i WHERE i.project_id = ${scope.projectId} AND i.kind = 'a' AND i.ext_id = ${text}`);
  return {
    text: searchPatterns(text),
    profiles: rows.flatMap((row) => row.profiles),
    streams: rows.map((row) => row.stream),
  };
}
