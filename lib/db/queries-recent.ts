import sql, { type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";

/** Whose it is, in lists of everybody's: `name` is the name, else the e-mail, else null for an id or a stand-in to be shown. */
export type RecentPerson = { ref: `u:${string}` | `a:${string}`; name: string | null };

/** `lanes`: all stretches of all actors of the `limit` profiles and `limit` visitors seen last. */
export const lanesOfRecentPeople = (scope: Scope, limit: number): Sql => sql`
  people AS (
    (SELECT 'u' AS kind, t.profile_id AS person FROM profile_stats t
      WHERE t.project_id = ${scope.projectId} AND t.last_min IS NOT NULL
      ORDER BY t.last_min DESC NULLS LAST, t.last_seen DESC, t.profile_id DESC LIMIT ${limit})
    UNION
    (SELECT 'a', s.stream_id FROM spans s
      WHERE s.project_id = ${scope.projectId} AND s.owner_id IS NULL AND s.last_min IS NOT NULL
      ORDER BY s.last_min DESC, s.last_seen DESC, s.stream_id DESC LIMIT ${limit})),
  lanes AS (
    SELECT p.kind, p.person, i.id AS actor_id, '-infinity'::timestamptz AS from_ts, 'infinity'::timestamptz AS to_ts
      FROM people p JOIN identities i ON i.project_id = ${scope.projectId} AND i.profile_id = p.person
     WHERE p.kind = 'u'
    UNION ALL
    SELECT p.kind, p.person, s.stream_id, s.from_ts, s.to_ts
      FROM people p JOIN identities i ON i.project_id = ${scope.projectId} AND i.profile_id = p.person
      JOIN spans s ON s.project_id = i.project_id AND s.owner_id = i.id
     WHERE p.kind = 'u'
    UNION ALL
    SELECT p.kind, p.person, s.stream_id, s.from_ts, s.to_ts
      FROM people p JOIN spans s ON s.project_id = ${scope.projectId} AND s.stream_id = p.person AND s.owner_id IS NULL
     WHERE p.kind = 'a')`;

/** Of personOf. */
export const PERSON_COLUMNS = sql`coalesce('u:' || who.display_id, 'a:' || stream.ext_id) AS ref, coalesce(who.name, who.email) AS "personName"`;

/** Joins who it is. */
export const personOf = (scope: Scope, kind: Sql, id: Sql): Sql => sql`
  LEFT JOIN profiles who ON who.project_id = ${scope.projectId} AND ${kind} = 'u' AND who.id = ${id}
  LEFT JOIN identities stream ON stream.project_id = ${scope.projectId} AND ${kind} = 'a' AND stream.id = ${id}`;
