import sql from "sql-template-tag";
import { lanesById } from "@/lib/identity/lanes.queries";
import type { IdKind, PeopleIds } from "@/lib/identity/person-ref";
import type { ProfileIdentity } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { factsKey, type PersonIds } from "./person-rows.queries";

export const hasNobody = ({ profiles, visitors }: PeopleIds): boolean => profiles.length + visitors.length === 0;

export type PersonKey = { kind: IdKind; person: number };

const IN_ORDER = sql`f.first_seen NULLS LAST, f.run_first NULLS LAST, d.id`;

/** All ids of each of them, for lists: one row per person, as somebody may have thousands. O(lanes). */
export async function idsOfPeople(scope: Scope, people: PeopleIds): Promise<Map<string, PersonIds>> {
  if (hasNobody(people)) return new Map();
  const { rows } = await reading(scope).query<PersonKey & PersonIds>(sql`
    WITH found AS (${lanesById(scope, people)})
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
    WITH found AS (${lanesById(scope, people)})
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
