import sql, { empty, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import type { JsonObject } from "@/lib/json";
import type { SoughtText } from "@/lib/profiles/search/search-patterns";
import { textFound } from "@/lib/profiles/search/search-text.queries";
import type { Scope } from "@/lib/scope";

const MINUTE_MS = 60_000;

/** One person as the lists find them: `kind` "u" with a profile's id, or "a" with a stream's. Times in ms, props flat. */
export type PersonRow = {
  kind: "u" | "a";
  id: number;
  /** The id to show: one of a profile's user ids, or the stream's anonymous id. */
  extId: string;
  name: string | null;
  email: string | null;
  avatar: string | null;
  props: JsonObject;
  createdAt: number | null;
  firstSeen: number | null;
  lastSeen: number | null;
  events: number;
};

/** The place a page starts behind. Profiles and visitors are one order; see newestFirst in queries.ts. */
export type ListPosition = { lastSeen: number | null; kind: "u" | "a"; id: number };

/** A search, ready for SQL: what search_text must hold, and the internal ids of a whole anonymous id. */
export type Search = {
  text: SoughtText;
  profiles: number[];
  streams: number[];
};

export const profileMatches = (search: Search | undefined): Sql => {
  if (!search) return empty;
  return sql`AND (${textFound(sql`p.search_text`, search.text)} OR p.id = ANY(${search.profiles}::bigint[]))`;
};
export const visitorMatches = (search: Search | undefined): Sql =>
  search ? sql`AND s.stream_id = ANY(${search.streams}::bigint[])` : empty;

const PROFILE = sql`'u' AS kind, p.id, p.display_id AS "extId", p.name, p.email, p.avatar, p.props, p.created_at AS "createdAt",
  t.first_seen AS "firstSeen", t.last_seen AS "lastSeen", coalesce(t.event_count, 0) AS events`;
const NEWEST_SEEN_FIRST = sql`t.last_min DESC NULLS LAST, t.last_seen DESC, t.profile_id DESC`;

/** One profile. profiles_pkey, profile_stats_pkey. */
export function profileQuery(scope: Scope, profileId: number): Sql {
  return sql`
    SELECT ${PROFILE} FROM profiles p LEFT JOIN profile_stats t ON t.project_id = p.project_id AND t.profile_id = p.id
     WHERE p.project_id = ${scope.projectId} AND p.id = ${profileId} AND p.created_at IS NOT NULL`;
}

/** As profileQuery, of several, in no order. */
export function profilesByIdQuery(scope: Scope, profileIds: number[]): Sql {
  return sql`
    SELECT ${PROFILE} FROM profiles p LEFT JOIN profile_stats t ON t.project_id = p.project_id AND t.profile_id = p.id
     WHERE p.project_id = ${scope.projectId} AND p.id = ANY(${profileIds}::bigint[]) AND p.created_at IS NOT NULL`;
}

/**
 * The next `limit` profiles that were active, newest first, behind `from`: those that count as people are the ones with a
 * createdAt, so a page may need a second call. The limit comes before the join, and the walk of profile_stats_last_min_idx
 * sorts within a minute only: joining first took 500 ms where this takes 2 (docs/identity.md E5).
 */
export function seenQuery(scope: Scope, from: ListPosition | undefined, limit: number): Sql {
  return sql`
    SELECT ${PROFILE}
      FROM (SELECT * FROM profile_stats t WHERE ${seenBehind(scope, from)} ORDER BY ${NEWEST_SEEN_FIRST} LIMIT ${limit}) t
      JOIN profiles p ON p.project_id = t.project_id AND p.id = t.profile_id
     ORDER BY ${NEWEST_SEEN_FIRST}`;
}

/**
 * As seenQuery, of the profiles a search matches. The planner walks the list when the text is common and goes through
 * profiles_search_idx when it is rare.
 */
export function seenSearchQuery(scope: Scope, search: Search, from: ListPosition | undefined, limit: number): Sql {
  return sql`
    SELECT ${PROFILE} FROM profile_stats t JOIN profiles p ON p.project_id = t.project_id AND p.id = t.profile_id
     WHERE ${seenBehind(scope, from)} ${profileMatches(search)}
     ORDER BY ${NEWEST_SEEN_FIRST} LIMIT ${limit}`;
}

function seenBehind(scope: Scope, from: ListPosition | undefined): Sql {
  const lastSeen = from?.lastSeen ?? Number.POSITIVE_INFINITY;
  // At one instant profiles come before visitors: behind a visitor, no profile of that instant is left.
  const id = from?.kind === "a" ? 0 : (from?.id ?? 0);
  return sql`t.project_id = ${scope.projectId} AND t.last_min <= ${timestamp(minuteOf(lastSeen))}
    AND (t.last_seen, t.profile_id) < (${timestamp(lastSeen)}::timestamptz, ${id}::bigint)`;
}

/**
 * The next `limit` profiles that were described but never active, newest id first, behind `from`; createdAt as in seenQuery.
 * The tail of profile_stats_last_min_idx, which is why it orders by a column that is NULL throughout.
 */
export function neverSeenQuery(
  scope: Scope,
  search: Search | undefined,
  from: ListPosition | undefined,
  limit: number,
): Sql {
  return sql`
    SELECT ${PROFILE} FROM profile_stats t JOIN profiles p ON p.project_id = t.project_id AND p.id = t.profile_id
     WHERE t.project_id = ${scope.projectId} AND t.last_min IS NULL
       AND t.profile_id < ${from?.id ?? Number.MAX_SAFE_INTEGER}::bigint ${profileMatches(search)}
     ORDER BY t.last_min DESC NULLS LAST, t.profile_id DESC LIMIT ${limit}`;
}

const VISITOR = sql`'a' AS kind, s.stream_id AS id, i.ext_id AS "extId", NULL AS name, NULL AS email, NULL AS avatar,
  '{}'::jsonb AS props, i.created_at AS "createdAt", w.first_seen AS "firstSeen", w.last_seen AS "lastSeen", w.event_count AS events`;
const WHOLE = (scope: Scope) => sql`
  JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = s.stream_id
  CROSS JOIN LATERAL (
    SELECT min(u.first_seen) AS first_seen, max(u.last_seen) AS last_seen, sum(u.event_count)::bigint AS event_count
      FROM spans u WHERE u.project_id = ${scope.projectId} AND u.stream_id = s.stream_id AND u.owner_id IS NULL) w`;

/** One anonymous visitor; no row once somebody owns all of the stream. identities_pkey, spans_pkey. */
export function visitorQuery(scope: Scope, streamId: number): Sql {
  return sql`
    SELECT ${VISITOR} FROM (SELECT ${streamId}::bigint AS stream_id) s ${WHOLE(scope)} WHERE w.event_count > 0`;
}

/** As visitorQuery, of several, in no order. */
export function visitorsByIdQuery(scope: Scope, streamIds: number[]): Sql {
  return sql`
    SELECT ${VISITOR} FROM unnest(${streamIds}::bigint[]) s(stream_id) ${WHOLE(scope)} WHERE w.event_count > 0`;
}

/**
 * Anonymous visitors, newest first, behind `from`. Walks spans_visitors_idx, sorting within a minute only; a stream with several
 * unclaimed stretches is listed by its newest one (spans_pkey), and its numbers are those of all of them.
 */
export function visitorsQuery(
  scope: Scope,
  search: Search | undefined,
  from: ListPosition | undefined,
  limit: number,
): Sql {
  const lastSeen = from?.lastSeen ?? Number.POSITIVE_INFINITY;
  // At one instant visitors come after profiles: behind a profile, all of that instant are still to come.
  const id = from?.kind === "a" ? from.id : Number.MAX_SAFE_INTEGER;
  return sql`
    SELECT ${VISITOR}
      FROM (SELECT s.stream_id, s.last_min, s.last_seen FROM spans s
             WHERE s.project_id = ${scope.projectId} AND s.owner_id IS NULL AND s.last_min IS NOT NULL
               AND s.last_min <= ${timestamp(minuteOf(lastSeen))}
               AND (s.last_seen, s.stream_id) < (${timestamp(lastSeen)}::timestamptz, ${id}::bigint) ${visitorMatches(search)}
               AND NOT EXISTS (
                 SELECT 1 FROM spans later WHERE later.project_id = s.project_id AND later.stream_id = s.stream_id
                    AND later.from_ts > s.from_ts AND later.owner_id IS NULL AND later.last_min IS NOT NULL)
             ORDER BY s.last_min DESC, s.last_seen DESC, s.stream_id DESC LIMIT ${limit}) s
      ${WHOLE(scope)}
     ORDER BY s.last_seen DESC, s.stream_id DESC`;
}

const minuteOf = (ms: number): number => (Number.isFinite(ms) ? Math.floor(ms / MINUTE_MS) * MINUTE_MS : ms);
