import sql, { empty, type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import { notInternalPerRow } from "./own-team.queries";
import type { Person } from "./person-ref";

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
