import sql, { type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import type { PersonRef } from "./person-ref";

/**
 * The person of a row in a list about everybody. `name` is their name, else their e-mail; if null, show the id or a
 * generated name.
 */
export type RecentPerson = { ref: PersonRef; name: string | null };

type ProjectScope = Pick<Scope, "projectId">;

/**
 * Joins `owner.person`: the person of a row of `actor` at `ts`, by the number that profile_facts uses (a profile's id,
 * or minus the id of a visitor's stream). Drops rows of erased people. Two lookups by primary key per row
 * (identities_pkey, spans_pkey).
 */
export const joinOwner = (scope: ProjectScope, actor: Sql, ts: Sql): Sql => sql`
  CROSS JOIN LATERAL (
    SELECT i.profile_id AS person FROM identities i
     WHERE i.project_id = ${scope.projectId} AND i.id = ${actor} AND i.kind = 'u'
    UNION ALL
    SELECT coalesce(o.profile_id, -s.stream_id)
      FROM spans s LEFT JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
     WHERE s.project_id = ${scope.projectId} AND s.stream_id = ${actor} AND s.from_ts <= ${ts} AND s.to_ts > ${ts}
       AND s.owner_id IS DISTINCT FROM 0) owner`;

/** Joins the profile or the visitor's stream of a person number, for PERSON_COLUMNS. */
export const joinPersonOfNumber = (scope: ProjectScope, person: Sql): Sql =>
  joinPerson(scope, sql`CASE WHEN ${person} > 0 THEN 'u' ELSE 'a' END`, sql`abs(${person})`);

/** The columns of a RecentPerson, after the joins of joinPerson or joinPersonOfNumber. */
export const PERSON_COLUMNS = sql`coalesce('u:' || who.display_id, 'a:' || stream.ext_id) AS ref,
           coalesce(who.name, who.email) AS "personName"`;

/** Joins the profile (`kind` 'u') or the visitor's stream ('a') with this id, for PERSON_COLUMNS. */
export const joinPerson = (scope: ProjectScope, kind: Sql, id: Sql): Sql => sql`
  LEFT JOIN profiles who ON who.project_id = ${scope.projectId} AND ${kind} = 'u' AND who.id = ${id}
  LEFT JOIN identities stream ON stream.project_id = ${scope.projectId} AND ${kind} = 'a' AND stream.id = ${id}`;
