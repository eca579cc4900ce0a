import sql, { type Sql } from "sql-template-tag";
import { visitSourceOf } from "@/lib/events/context.queries";
import { anonymousName } from "@/lib/format/anonymous-name";
import { findPerson } from "@/lib/identity/person.queries";
import { numberOfId, personNumber, refOf, splitNumbers } from "@/lib/identity/person-ref";
import type { Json, JsonObject } from "@/lib/json";
import type { ProfileDetail, ProfileIdentity, ProfileSummary } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import {
  detailsOf,
  identitiesOfPeople,
  idsAmong,
  type PersonDetails,
  type PersonFigures,
} from "./person-details.queries";

/** The person with this ref, by any id they are known by; null if there is none. */
export async function getProfile(scope: Scope, ref: string): Promise<ProfileDetail | null> {
  const person = await findPerson(scope, ref);
  if (!person) return null;
  const { rows } = await reading(scope).query<PersonRow>(
    person.kind === "profile" ? profileQuery(scope, person.profileId) : visitorQuery(scope, person.streamId),
  );
  const row = rows[0];
  if (!row) return null;
  const number = personNumber(person);
  const found = identitiesOfPeople(scope, [number]).then((identities) => identities.get(number) ?? []);
  const ids = found.then((identities) => new Map([[number, idsAmong(identities)]]));
  const factsOf = await detailsOf(scope, [number], [row], ids);
  return toProfileDetail(row, factsOf(row), await found);
}

/** These people by number as they are now, without those who no longer exist. All queries run at the same time. */
export async function summariesByNumber(scope: Scope, numbers: number[]): Promise<Map<number, ProfileSummary>> {
  const live = liveRows(scope, numbers);
  const factsOf = await detailsOf(
    scope,
    numbers,
    live.then((rows) => [...rows.values()]),
  );
  return new Map([...(await live)].map(([number, row]) => [number, toProfileSummary(row, factsOf(row))]));
}

/** A page's rows with all values that lists show. */
export async function summariesOf(scope: Scope, page: PersonRow[]): Promise<ProfileSummary[]> {
  const factsOf = await detailsOf(scope, page.map(numberOfId), page);
  return page.map((row) => toProfileSummary(row, factsOf(row)));
}

/** A person's row in lists, as it is stored. */
export type PersonRow = PersonFigures & {
  /** The displayed id: one of a profile's user ids, or the stream's anonymous id. */
  extId: string;
  name: string | null;
  email: string | null;
  avatar: string | null;
  createdAt: number | null;
};

/** A profile's row, of `p` (profiles) and `t` (profile_stats). */
export const PROFILE_COLUMNS = sql`
  'u' AS kind, p.id, p.display_id AS "extId", p.name, p.email, p.avatar, p.props, p.created_at AS "createdAt",
  t.first_seen AS "firstSeen", t.last_seen AS "lastSeen", coalesce(t.event_count, 0) AS events`;

/** A visitor's row, of `s` (their stream) and the join of wholeVisitor. */
export const VISITOR_COLUMNS = sql`
  'a' AS kind, s.stream_id AS id, i.ext_id AS "extId", NULL AS name, NULL AS email, NULL AS avatar,
  '{}'::jsonb AS props, i.created_at AS "createdAt", w.first_seen AS "firstSeen", w.last_seen AS "lastSeen",
  w.event_count AS events`;
/** All unclaimed spans of a stream as one visitor. */
export const wholeVisitor = (scope: Scope) => sql`
  JOIN identities i ON i.project_id = ${scope.projectId} AND i.id = s.stream_id
  CROSS JOIN LATERAL (
    SELECT min(u.first_seen) AS first_seen, max(u.last_seen) AS last_seen, sum(u.event_count)::bigint AS event_count
      FROM spans u WHERE u.project_id = ${scope.projectId} AND u.stream_id = s.stream_id AND u.owner_id IS NULL) w`;

/** One profile. profiles_pkey, profile_stats_pkey. */
export function profileQuery(scope: Scope, profileId: number): Sql {
  return sql`
    SELECT ${PROFILE_COLUMNS}
      FROM profiles p
      LEFT JOIN profile_stats t ON t.project_id = p.project_id AND t.profile_id = p.id
     WHERE p.project_id = ${scope.projectId} AND p.id = ${profileId} AND p.created_at IS NOT NULL`;
}

/** Like profileQuery, for several, in no particular order. */
export function profilesByIdQuery(scope: Scope, profileIds: number[]): Sql {
  return sql`
    SELECT ${PROFILE_COLUMNS}
      FROM profiles p
      LEFT JOIN profile_stats t ON t.project_id = p.project_id AND t.profile_id = p.id
     WHERE p.project_id = ${scope.projectId} AND p.id = ANY(${profileIds}::bigint[]) AND p.created_at IS NOT NULL`;
}

/** One anonymous visitor; no row if the whole stream has owners. identities_pkey, spans_pkey. */
export function visitorQuery(scope: Scope, streamId: number): Sql {
  return sql`
    SELECT ${VISITOR_COLUMNS}
      FROM (SELECT ${streamId}::bigint AS stream_id) s ${wholeVisitor(scope)}
     WHERE w.event_count > 0`;
}

/** Like visitorQuery, for several, in no particular order. */
export function visitorsByIdQuery(scope: Scope, streamIds: number[]): Sql {
  return sql`
    SELECT ${VISITOR_COLUMNS}
      FROM unnest(${streamIds}::bigint[]) s(stream_id) ${wholeVisitor(scope)}
     WHERE w.event_count > 0`;
}

/**
 * People by number (a profile's id, or minus a visitor's stream) as they are now, without those who no longer exist.
 * Primary keys.
 */
export async function liveRows(scope: Scope, ids: number[]): Promise<Map<number, PersonRow>> {
  const people = splitNumbers(ids);
  const [profiles, visitors] = await Promise.all([
    people.profiles.length === 0
      ? { rows: [] }
      : reading(scope).query<PersonRow>(profilesByIdQuery(scope, people.profiles)),
    people.visitors.length === 0
      ? { rows: [] }
      : reading(scope).query<PersonRow>(visitorsByIdQuery(scope, people.visitors)),
  ]);
  return new Map([...profiles.rows, ...visitors.rows].map((row) => [numberOfId(row), row]));
}

export function toProfileSummary(row: PersonRow, { ids, sessions, properties, stored }: PersonDetails): ProfileSummary {
  const context = sessions?.lastContext;
  return {
    ref: refOf(row.kind, row.extId),
    userIds: ids?.userIds ?? [],
    anonymousIds: ids?.anonymousIds ?? [],
    name: row.name,
    email: row.email,
    avatar: row.avatar,
    anonymousName: row.kind === "a" ? anonymousName(row.extId) : null,
    identified: row.kind === "u",
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    events: row.events,
    sessions: sessions?.sessions ?? 0,
    country: context?.country ?? null,
    city: context?.city ?? null,
    device: context?.device ?? null,
    browser: context?.browser ?? null,
    os: context?.os ?? null,
    source: sessions ? visitSourceOf(sessions.firstContext) : null,
    properties: nestProperties(properties),
    facts: stored ?? null,
  };
}

export function toProfileDetail(row: PersonRow, facts: PersonDetails, identities: ProfileIdentity[]): ProfileDetail {
  return { ...toProfileSummary(row, facts), createdAt: row.createdAt, identities };
}

/**
 * Dotted leaf keys as nested objects: { "address.city": "Berlin" } → { address: { city: "Berlin" } }. Where both "a"
 * and "a.b" have a value, "a.b" stays a literal key beside "a", so no value is lost. Keys come out in alphabetical
 * order, whatever order they were stored in. O(total length of the keys).
 */
export function nestProperties(flat: JsonObject): JsonObject {
  const root: JsonObject = {};
  for (const key of Object.keys(flat).sort()) {
    const path = key.split(".");
    const value = flat[key] as Json;
    if (path.some((part) => part === "" || part === "__proto__") || isShadowed(path, flat)) {
      define(root, key, value);
      continue;
    }
    let branch = root;
    for (const part of path.slice(0, -1)) {
      if (!Object.hasOwn(branch, part)) define(branch, part, {});
      branch = branch[part] as JsonObject;
    }
    define(branch, path[path.length - 1] as string, value);
  }
  return root;
}

/** Whether a proper prefix of `path` has a value of its own. */
function isShadowed(path: string[], flat: JsonObject): boolean {
  for (let length = 1; length < path.length; length++) {
    if (Object.hasOwn(flat, path.slice(0, length).join("."))) return true;
  }
  return false;
}

/** Sets an own property under any name, even "__proto__". */
function define(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
