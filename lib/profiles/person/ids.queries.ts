import sql, { join, type Sql } from "sql-template-tag";
import { reading } from "@/lib/db/reading";
import type { ProfileIdentity } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { factsKey, type PersonIds } from "./person-rows.queries";

/** A page of people, by internal id: profiles and the streams of anonymous visitors. */
export type PeopleIds = { profiles: number[]; visitors: number[] };

export const hasNobody = ({ profiles, visitors }: PeopleIds): boolean => profiles.length + visitors.length === 0;

export type PersonKey = { kind: "u" | "a"; person: number };

/**
 * The CTE `found`: the lanes of each person, with identity and figures. A page usually has one kind of people, and the
 * query then only has that branch. identities_profile_id_idx, spans_owner_id_idx, spans_pkey.
 */
function withFoundLanes(scope: Scope, { profiles, visitors }: PeopleIds): Sql {
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
  return sql`WITH found AS (${join(found, " UNION ALL ")})`;
}

const IN_ORDER = sql`f.first_seen NULLS LAST, f.run_first NULLS LAST, d.id`;

/** All ids of each of them, for lists: one row per person, as somebody may have thousands. O(lanes). */
export async function idsOfPeople(scope: Scope, people: PeopleIds): Promise<Map<string, PersonIds>> {
  if (hasNobody(people)) return new Map();
  const { rows } = await reading(scope).query<PersonKey & PersonIds>(sql`
    ${withFoundLanes(scope, people)}
    SELECT f.kind, f.person,
           coalesce(array_agg(d.ext_id ORDER BY ${IN_ORDER}) FILTER (WHERE d.kind = 'u'), '{}') AS "userIds",
           coalesce(array_agg(d.ext_id ORDER BY ${IN_ORDER}) FILTER (WHERE d.kind <> 'u'), '{}') AS "anonymousIds"
      FROM found f JOIN identities d ON d.project_id = ${scope.projectId} AND d.id = f.id
     GROUP BY f.kind, f.person`);
  return new Map(rows.map(({ kind, person, ...ids }) => [factsKey(kind, person), ids]));
}

/**
 * All ids of each person with their details, user ids first, then devices, each in order of creation. A device's
 * figures cover the spans this person owns, not the whole device.
 */
export async function identitiesOfPeople(scope: Scope, people: PeopleIds): Promise<Map<string, ProfileIdentity[]>> {
  type Row = PersonKey & Omit<ProfileIdentity, "kind"> & { identityKind: ProfileIdentity["kind"] };
  if (hasNobody(people)) return new Map();
  const { rows } = await reading(scope).query<Row>(sql`
    ${withFoundLanes(scope, people)}
    SELECT f.kind, f.person, CASE d.kind WHEN 'u' THEN 'user' ELSE 'device' END AS "identityKind", d.ext_id AS id,
           f.first_seen AS "firstSeen", f.last_seen AS "lastSeen", f.event_count AS events,
           d.stream_class AS "streamClass", f.run_first AS "claimedFrom", f.run_last AS "claimedLast"
      FROM found f JOIN identities d ON d.project_id = ${scope.projectId} AND d.id = f.id
     ORDER BY d.kind DESC, ${IN_ORDER}`);
  const found = new Map<string, ProfileIdentity[]>();
  for (const { kind, person, identityKind, ...identity } of rows) {
    appendTo(found, factsKey(kind, person), { kind: identityKind, ...identity });
  }
  return found;
}

/** The ids alone, for lists. */
export const idsAmong = (identities: ProfileIdentity[]): PersonIds => ({
  userIds: identities.filter(({ kind }) => kind === "user").map(({ id }) => id),
  anonymousIds: identities.filter(({ kind }) => kind === "device").map(({ id }) => id),
});

export function appendTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
