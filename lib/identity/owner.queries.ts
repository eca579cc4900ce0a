import sql, { type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";

/** Whose it is, in lists of everybody's: `name` is the name, else the e-mail, else null for an id or a stand-in to be shown. */
export type RecentPerson = { ref: `u:${string}` | `a:${string}`; name: string | null };

/**
 * Joins `owner.person`: whose a row of `actor` at `ts` is, as profile_facts names people (a profile's id, or minus the id of a
 * visitor's stream). Rows of nobody (erased) fall out. Two look-ups by primary key a row (identities_pkey, spans_pkey).
 */
export const ownerOf = (scope: Scope, actor: Sql, ts: Sql): Sql => sql`
  CROSS JOIN LATERAL (
    SELECT i.profile_id AS person FROM identities i
     WHERE i.project_id = ${scope.projectId} AND i.id = ${actor} AND i.kind = 'u'
    UNION ALL
    SELECT coalesce(o.profile_id, -s.stream_id)
      FROM spans s LEFT JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
     WHERE s.project_id = ${scope.projectId} AND s.stream_id = ${actor} AND s.from_ts <= ${ts} AND s.to_ts > ${ts}
       AND s.owner_id IS DISTINCT FROM 0) owner`;

/** Joins who `owner.person` is; selected by PERSON_COLUMNS. */
export const whoIs = (scope: Scope, person: Sql): Sql =>
  personOf(scope, sql`CASE WHEN ${person} > 0 THEN 'u' ELSE 'a' END`, sql`abs(${person})`);

/** Of personOf. */
export const PERSON_COLUMNS = sql`coalesce('u:' || who.display_id, 'a:' || stream.ext_id) AS ref, coalesce(who.name, who.email) AS "personName"`;

/** Joins who it is. */
export const personOf = (scope: Scope, kind: Sql, id: Sql): Sql => sql`
  LEFT JOIN profiles who ON who.project_id = ${scope.projectId} AND ${kind} = 'u' AND who.id = ${id}
  LEFT JOIN identities stream ON stream.project_id = ${scope.projectId} AND ${kind} = 'a' AND stream.id = ${id}`;
