import sql, { empty, join, type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import { notInternalPerRow } from "./own-team.queries";
import type { PeopleIds, Person } from "./person-ref";

/**
 * The person's lanes: the intervals [from_ts, to_ts) of actors that are theirs. One per user id (explicit, unbounded)
 * and one per span they own; for a visitor, the unclaimed spans. run_last: the last identify within the span.
 * identities_profile_id_idx and spans_owner_id_idx, or spans_pkey.
 */
export function lanesOf(scope: Scope, person: Person): Sql {
  if (person.kind === "visitor") {
    return sql`
      SELECT s.stream_id AS actor_id, s.from_ts, s.to_ts, true AS explicit, NULL::timestamptz AS run_last
        FROM spans s
       WHERE s.project_id = ${scope.projectId} AND s.stream_id = ${person.streamId} AND s.owner_id IS NULL`;
  }
  return sql`
    SELECT i.id AS actor_id, '-infinity'::timestamptz AS from_ts, 'infinity'::timestamptz AS to_ts, true AS explicit,
           NULL::timestamptz AS run_last
      FROM identities i
     WHERE i.project_id = ${scope.projectId} AND i.profile_id = ${person.profileId}
    UNION ALL
    SELECT s.stream_id, s.from_ts, s.to_ts, false, s.run_last
      FROM identities i JOIN spans s ON s.project_id = i.project_id AND s.owner_id = i.id
     WHERE i.project_id = ${scope.projectId} AND i.profile_id = ${person.profileId}`;
}

/**
 * The lanes of all people of the CTE `people`, whose column is `person`. `withActivity` adds when each lane was active
 * and its number of events, `withAttribution` lanesOf's columns `explicit` and `run_last`. `visitors`: the CTE of the
 * visitors, if it is another. O(people): identities_profile_id_idx, spans_owner_id_idx, spans_pkey.
 */
export function lanesIn(
  scope: Pick<Scope, "projectId">,
  people: Sql,
  { withActivity = false, withAttribution = false, visitors = people } = {},
): Sql {
  const attribution = (explicit: boolean) =>
    withAttribution
      ? sql`, ${explicit}::boolean AS explicit, ${explicit ? sql`NULL::timestamptz` : sql`s.run_last`} AS run_last`
      : empty;
  const activityOf = (of: Sql) => (withActivity ? sql`, ${of}.first_seen, ${of}.last_seen, ${of}.event_count` : empty);
  return sql`
  SELECT m.person, i.id AS actor_id, '-infinity'::timestamptz AS from_ts, 'infinity'::timestamptz AS to_ts
         ${attribution(true)} ${activityOf(sql`i`)}
    FROM ${people} m JOIN identities i ON i.project_id = ${scope.projectId} AND i.profile_id = m.person
  UNION ALL
  SELECT m.person, s.stream_id, s.from_ts, s.to_ts ${attribution(false)} ${activityOf(sql`s`)}
    FROM ${people} m JOIN identities i ON i.project_id = ${scope.projectId} AND i.profile_id = m.person
    JOIN spans s ON s.project_id = ${scope.projectId} AND s.owner_id = i.id
  UNION ALL
  SELECT m.person, s.stream_id, s.from_ts, s.to_ts ${attribution(true)} ${activityOf(sql`s`)}
    FROM ${visitors} m
    JOIN spans s ON s.project_id = ${scope.projectId} AND s.stream_id = -m.person AND s.owner_id IS NULL`;
}

/**
 * CTEs `people` and `lanes` of the `limit` profiles and `limit` visitors seen last; columns as in lanesIn. Leaves out
 * the own team unless `withInternal`. Written so that the planner expects one person of each kind and probes indexes
 * instead of scanning them.
 */
export function lanesOfRecentPeople(scope: Scope, limit: number, withInternal: boolean): Sql {
  const counts = (person: Sql) => (withInternal ? empty : sql`AND ${notInternalPerRow(scope.projectId, person)}`);
  return sql`
  people AS (
    (SELECT 'u' AS kind, t.profile_id AS person FROM profile_stats t
      WHERE t.project_id = ${scope.projectId} AND t.last_min IS NOT NULL
        ${counts(sql`t.profile_id`)}
      ORDER BY t.last_min DESC NULLS LAST, t.last_seen DESC, t.profile_id DESC LIMIT ${limit})
    UNION
    (SELECT 'a', -s.stream_id FROM spans s
      WHERE s.project_id = ${scope.projectId} AND s.owner_id IS NULL AND s.last_min IS NOT NULL
        ${counts(sql`-s.stream_id`)}
      ORDER BY s.last_min DESC, s.last_seen DESC, s.stream_id DESC LIMIT ${limit})),
  lanes AS (${lanesIn(scope, sql`(SELECT person FROM people WHERE kind = 'u')`, {
    visitors: sql`(SELECT person FROM people WHERE kind = 'a')`,
  })})`;
}

/**
 * The lanes of each person with their figures, those of one id as one row: `id` is a user id's or a stream's. A page
 * usually has one kind of people, and the query then only has that branch. At least one person is needed.
 * identities_profile_id_idx, spans_owner_id_idx, spans_pkey.
 */
export function lanesById(scope: Scope, { profiles, visitors }: PeopleIds): Sql {
  const ofProfiles = sql`
    SELECT 'u' AS kind, i.profile_id AS person, i.id, i.first_seen, i.last_seen, i.event_count,
           NULL::timestamptz AS run_first, NULL::timestamptz AS run_last
      FROM identities i WHERE i.project_id = ${scope.projectId} AND i.profile_id = ANY(${profiles}::bigint[])
    UNION ALL
    SELECT 'u', i.profile_id, s.stream_id, min(s.first_seen), max(s.last_seen), sum(s.event_count)::bigint,
           min(s.run_first), max(s.run_last)
      FROM identities i JOIN spans s ON s.project_id = i.project_id AND s.owner_id = i.id
     WHERE i.project_id = ${scope.projectId} AND i.profile_id = ANY(${profiles}::bigint[])
     GROUP BY i.profile_id, s.stream_id`;
  const ofVisitors = sql`
    SELECT 'a' AS kind, s.stream_id AS person, s.stream_id AS id, min(s.first_seen) AS first_seen,
           max(s.last_seen) AS last_seen, sum(s.event_count)::bigint AS event_count,
           NULL::timestamptz AS run_first, NULL::timestamptz AS run_last
      FROM spans s
     WHERE s.project_id = ${scope.projectId} AND s.stream_id = ANY(${visitors}::bigint[])
       AND s.owner_id IS NULL
     GROUP BY s.stream_id`;
  const found = [...(profiles.length > 0 ? [ofProfiles] : []), ...(visitors.length > 0 ? [ofVisitors] : [])];
  return join(found, " UNION ALL ");
}

/**
 * Whether `actor` at `ts` is in the person's lanes, by keys alone (identities_pkey, spans_pkey), so that the number of
 * lanes does not matter.
 */
export function isInLanes(scope: Scope, person: Person, actor: Sql, ts: Sql): Sql {
  if (person.kind === "visitor") {
    return sql`(${actor} = ${person.streamId} AND EXISTS (
      SELECT 1
        FROM spans s
       WHERE s.project_id = ${scope.projectId} AND s.stream_id = ${actor} AND s.owner_id IS NULL
         AND ${ts} >= s.from_ts AND ${ts} < s.to_ts))`;
  }
  return sql`(EXISTS (
      SELECT 1
        FROM identities i
       WHERE i.project_id = ${scope.projectId} AND i.id = ${actor} AND i.profile_id = ${person.profileId})
    OR EXISTS (
      SELECT 1
        FROM spans s
        JOIN identities i ON i.project_id = s.project_id AND i.id = s.owner_id
       WHERE s.project_id = ${scope.projectId} AND s.stream_id = ${actor}
         AND ${ts} >= s.from_ts AND ${ts} < s.to_ts
         AND i.profile_id = ${person.profileId}))`;
}
