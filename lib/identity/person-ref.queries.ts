import sql, { type Sql } from "sql-template-tag";
import { tableBehindView } from "@/lib/reading/reading";
import type { Reader, Scope } from "@/lib/scope";
import type { IdKind, PersonRef } from "./person-ref";

/** person-ref.ts in SQL: people by ref and by number, from the ids, actors and spans that are theirs. */

/** refOf in SQL: of a column with the kind of an id, and the id. */
export const refSql = (kind: Sql, id: Sql): Sql => sql`${kind} || ':' || ${id}`;
export const userRefSql = (userId: Sql): Sql => sql`'u:' || ${userId}`;
export const anonymousRefSql = (anonymousId: Sql): Sql => sql`'a:' || ${anonymousId}`;

/** The kind, as in refs, of a person number; abs(person) is the id of the profile or stream. */
export const kindSql = (person: Sql): Sql => sql`CASE WHEN ${person} > 0 THEN 'u' ELSE 'a' END`;

/**
 * The number of the person to whom the span `s` belongs: its owner's profile, or its stream's visitor if nobody owns
 * it. `o` is its owner (identities, LEFT JOIN). NULL for an owner without a profile, such as an erased one.
 */
export const OWNER_NUMBER = sql`CASE WHEN s.owner_id IS NULL THEN -s.stream_id ELSE o.profile_id END`;

/** Like OWNER_NUMBER, for spans whose owner, if any, has a profile. */
export const PROFILE_OR_VISITOR_NUMBER = sql`coalesce(o.profile_id, -s.stream_id)`;

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
    SELECT ${PROFILE_OR_VISITOR_NUMBER}
      FROM spans s LEFT JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
     WHERE s.project_id = ${scope.projectId} AND s.stream_id = ${actor} AND s.from_ts <= ${ts} AND s.to_ts > ${ts}
       AND s.owner_id IS DISTINCT FROM 0) owner`;

/** Joins the profile or the visitor's stream of a person number, for PERSON_COLUMNS. */
export const joinPersonOfNumber = (scope: ProjectScope, person: Sql): Sql =>
  joinPerson(scope, kindSql(person), sql`abs(${person})`);

/** The columns of a RecentPerson, after the joins of joinPerson or joinPersonOfNumber. */
export const PERSON_COLUMNS = sql`
           coalesce(${userRefSql(sql`who.display_id`)}, ${anonymousRefSql(sql`stream.ext_id`)}) AS ref,
           coalesce(who.name, who.email) AS "personName"`;

/** Joins the profile (`kind` 'u') or the visitor's stream ('a') with this id, for PERSON_COLUMNS. */
export const joinPerson = (scope: ProjectScope, kind: Sql, id: Sql): Sql => sql`
  LEFT JOIN profiles who ON who.project_id = ${scope.projectId} AND ${kind} = 'u' AND who.id = ${id}
  LEFT JOIN identities stream ON stream.project_id = ${scope.projectId} AND ${kind} = 'a' AND stream.id = ${id}`;

/**
 * Whether `i` (identities) has exactly this id: identities_ext_id_key. With masked sight `i` is a view, and ids in it
 * have no index: the row is looked up in the table, and the view decides whether the reader may see it. The view shows
 * an id that is an address as "~" and a number.
 */
export function hasExactId({ projectId, sight }: Reader, kind: IdKind, id: string): Sql {
  const matches = sql`i.project_id = ${projectId} AND i.kind = ${kind} AND i.ext_id = ${id}`;
  if (!sight.masked) return matches;
  const number = /^~(\d{1,15})$/.exec(id)?.[1];
  if (number !== undefined) return sql`${matches} AND i.id = ${number}::bigint`;
  return sql`${matches} AND i.id = (
    SELECT t.id FROM ${tableBehindView("identities")} t
     WHERE t.project_id = ${projectId} AND t.kind = ${kind} AND t.ext_id = ${id})`;
}
