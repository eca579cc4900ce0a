import sql, { type Sql } from "sql-template-tag";
import { personOf } from "@/lib/db/queries-recent";
import type { Scope } from "@/lib/scope";

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

/** Of a list of what rule's people did, so many of everybody's newest rows are asked about before the people are looked for; some 50 ms. */
export const MAX_ASKED = 3_000;

/**
 * The people a list of what people did is kept to. `has` asks for one person alone, while a walk over what everybody did fills a
 * page soon. Where it does not, `ctes` work out `few_members` (person): everybody where `isFew` is true, who are then gone to one by
 * one; else the walk goes on. What is not come to is not worked out.
 */
export type Members = { ctes: Sql[]; isFew: Sql; has: (person: Sql) => Sql };

/**
 * Where the events of the people in a CTE are (`people`: its name, whose rows are `person`): their user ids, the stretches of devices
 * they own, and visitors' own. O(people) by primary and owners' indexes.
 */
export const lanesIn = (scope: Scope, people: Sql): Sql => sql`
  SELECT m.person, i.id AS actor_id, '-infinity'::timestamptz AS from_ts, 'infinity'::timestamptz AS to_ts
    FROM ${people} m JOIN identities i ON i.project_id = ${scope.projectId} AND i.profile_id = m.person
  UNION ALL
  SELECT m.person, s.stream_id, s.from_ts, s.to_ts
    FROM ${people} m JOIN identities i ON i.project_id = ${scope.projectId} AND i.profile_id = m.person
    JOIN spans s ON s.project_id = ${scope.projectId} AND s.owner_id = i.id
  UNION ALL
  SELECT m.person, s.stream_id, s.from_ts, s.to_ts
    FROM ${people} m JOIN spans s ON s.project_id = ${scope.projectId} AND s.stream_id = -m.person AND s.owner_id IS NULL`;

/** Of few_members. */
export const lanesOfFew = (scope: Scope): Sql => lanesIn(scope, sql`few_members`);
