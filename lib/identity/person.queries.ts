import sql from "sql-template-tag";
import { type Database, pool, type Tx } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { isStorable } from "@/lib/format/storable";
import { type NamedPerson, namedPerson } from "@/lib/projects/erase.store";
import { reading } from "@/lib/reading/reading";
import type { Reader, Scope } from "@/lib/scope";
import type { ErasePlan, EraseTarget, OnDevice } from "./erase.store";
import { type Person, parseRef, refOf } from "./person-ref";

/**
 * The person known by `ref` ("u:<user id>" or "a:<anonymous id>"); null if there is none. The ref of a stream leads to
 * its anonymous visitor if it has unclaimed activity, else to the owner of its newest owned span. Two lookups by key
 * (identities_ext_id_key, spans_pkey).
 */
export async function findPerson(scope: Reader, ref: string): Promise<Person | null> {
  const parsed = parseRef(await realRef(scope, ref));
  if (parsed === null) return null;
  const { kind, id } = parsed;
  if (kind === "u") {
    const { rows } = await pool().query<{ profileId: number }>(sql`
      SELECT p.id AS "profileId"
        FROM identities i JOIN profiles p ON p.project_id = i.project_id AND p.id = i.profile_id
       WHERE i.project_id = ${scope.projectId} AND i.kind = 'u' AND i.ext_id = ${id} AND p.created_at IS NOT NULL`);
    return rows[0] ? { kind: "profile", profileId: rows[0].profileId } : null;
  }
  const { rows } = await pool().query<{ streamId: number; unclaimed: boolean; profileId: number | null }>(sql`
    SELECT i.id AS "streamId",
           EXISTS (SELECT 1 FROM spans s WHERE s.project_id = ${scope.projectId} AND s.stream_id = i.id
                      AND s.owner_id IS NULL AND s.event_count > 0) AS unclaimed,
           (SELECT o.profile_id
              FROM spans s JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
             WHERE s.project_id = ${scope.projectId} AND s.stream_id = i.id AND s.owner_id > 0
             ORDER BY s.from_ts DESC LIMIT 1) AS "profileId"
      FROM identities i
     WHERE i.project_id = ${scope.projectId} AND i.kind = 'a' AND i.ext_id = ${id}`);
  const stream = rows[0];
  if (stream?.unclaimed) return { kind: "visitor", streamId: stream.streamId };
  return stream?.profileId ? { kind: "profile", profileId: stream.profileId } : null;
}

/**
 * The real ref behind a displayed one: masked sight shows "~" and a number instead of an id that is an address. "" if a
 * masked reader asks for the address itself, as a lookup would reveal whether somebody has it. identities_pkey.
 */
export async function realRef(scope: Reader, ref: string): Promise<string> {
  const parsed = parseRef(ref);
  const number = /^~(\d{1,15})$/.exec(parsed?.id ?? "")?.[1];
  if (parsed === null || number === undefined)
    return scope.sight.masked && /@|%40|^~/.test(parsed?.id ?? "") ? "" : ref;
  // Full sight gets such refs too, in links from alerts and colleagues. A real id of this form takes precedence.
  const { rows } = await pool().query<{ extId: string }>(sql`
    SELECT ext_id AS "extId" FROM identities
     WHERE project_id = ${scope.projectId} AND kind = ${parsed.kind} AND (
             (id = ${number} AND (ext_id ~ '@|%40' OR starts_with(ext_id, '~')))
             OR (ext_id = ${parsed.id} AND NOT ${scope.sight.masked}::boolean))
     ORDER BY ext_id = ${parsed.id} DESC LIMIT 1`);
  return rows[0] ? refOf(parsed.kind, rows[0].extId) : scope.sight.masked ? "" : ref;
}

/** A ref, which takes a lookup, or a person found earlier. */
export type PersonOrRef = string | Person;

/** Like findPerson, but throws not_found instead of returning null. */
export async function requirePerson(scope: Scope, who: PersonOrRef): Promise<Person> {
  if (typeof who !== "string") return who;
  const person = await findPerson(scope, who);
  if (!person) throw unknownPerson();
  return person;
}

/** The error for a ref that nobody in the project has. */
export const unknownPerson = (): AppError =>
  new AppError(
    "not_found",
    "Nobody in this project has this ref. A ref is u:<user id> or a:<anonymous id>, percent-encoded in a URL.",
    { field: "ref" },
  );

/**
 * The id to erase the person of `ref` by: their user id, or the stream of an anonymous visitor. Throws not_found for an
 * unknown ref, before an erasure takes any lock; the erasure itself looks the id up again under its locks.
 */
export async function eraseTargetOf(scope: Reader, ref: string): Promise<EraseTarget> {
  const parsed = parseRef(ref);
  if (parsed === null) throw unknownPerson();
  if (parsed.kind === "u") {
    if ((await findIdentity(pool(), scope.projectId, "u", parsed.id)) === null) throw unknownPerson();
    return { kind: "u", extId: parsed.id };
  }
  const person = await findPerson(scope, ref);
  if (person?.kind === "visitor") return { kind: "a", extId: parsed.id };
  const [oldest] = person ? await userIdsOf(scope, person.profileId) : [];
  if (!oldest) throw unknownPerson();
  return { kind: "u", extId: oldest.extId };
}

/**
 * What an erasure must read of a person before anything is deleted: how settings name them, and the devices they used.
 */
export const tracesOf = async (
  tx: Tx,
  projectId: string,
  plan: ErasePlan,
): Promise<{ devices: OnDevice[]; named: NamedPerson }> => ({
  devices: await devicesOfUsers(tx, projectId, plan),
  named: await namesInSettings(tx, projectId, plan),
});

/**
 * The devices that the person's user ids were used on, by their visits, including shared and contended ones and those
 * of support staff (docs/identity.md X12). sessions_actor_started_idx.
 */
async function devicesOfUsers(tx: Tx, projectId: string, { userIds }: ErasePlan): Promise<OnDevice[]> {
  const { rows } = await tx.query<OnDevice>(sql`
    WITH used AS (
      SELECT DISTINCT actor_id, stream_id
        FROM sessions
       WHERE project_id = ${projectId} AND actor_id = ANY(${userIds}::bigint[]))
    SELECT u.ext_id AS user, a.ext_id AS anon
      FROM used
      JOIN identities u ON u.project_id = ${projectId} AND u.id = used.actor_id
      JOIN identities a ON a.project_id = ${projectId} AND a.id = used.stream_id`);
  return rows;
}

/**
 * The names under which settings may list the person: their ids and e-mail addresses, in any case unless that is the id
 * of somebody else. Primary keys.
 */
async function namesInSettings(tx: Tx, projectId: string, { userIds, profileIds }: ErasePlan): Promise<NamedPerson> {
  const { rows } = await tx.query<{ ids: string[]; emails: string[] }>(sql`
    WITH own AS MATERIALIZED (
      SELECT ext_id FROM identities WHERE project_id = ${projectId} AND id = ANY(${userIds}::bigint[])),
    in_other_case AS (
      SELECT e FROM projects p CROSS JOIN unnest(p.internal_people) e
       WHERE p.id = ${projectId} AND lower(e) = ANY(ARRAY(SELECT lower(ext_id) FROM own))
         AND NOT EXISTS (
           SELECT 1 FROM identities i WHERE i.project_id = ${projectId} AND i.kind = 'u' AND i.ext_id = e))
    SELECT ARRAY(SELECT ext_id FROM own UNION SELECT e FROM in_other_case) AS ids,
           ARRAY(
             SELECT email FROM profiles
              WHERE project_id = ${projectId} AND id = ANY(${profileIds}::bigint[]) AND email IS NOT NULL) AS emails`);
  return namedPerson(rows[0]?.ids ?? [], rows[0]?.emails ?? []);
}

/** Internal id of a customer's id, or null. Uses identities_ext_id_key. */
export async function findIdentity(
  db: Database,
  projectId: string,
  kind: "u" | "a",
  extId: string,
): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>(
    sql`SELECT id FROM identities WHERE project_id = ${projectId} AND kind = ${kind} AND ext_id = ${extId}`,
  );
  return rows[0]?.id ?? null;
}

/** Those of the ids that are user ids and still exist. Primary key. */
export async function existingUsers(db: Database, projectId: string, ids: readonly number[]): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    sql`
      SELECT id FROM identities
       WHERE project_id = ${projectId} AND id = ANY(${ids}::bigint[]) AND kind = 'u'
       ORDER BY id`,
  );
  return rows.map((row) => row.id);
}

export type UserIdRow = {
  id: number;
  extId: string;
  firstSeen: number | null;
  lastSeen: number | null;
  events: number;
};

/** A person's user ids, oldest first. */
export async function userIdsOf(scope: Reader, profileId: number): Promise<UserIdRow[]> {
  const { rows } = await reading(scope).query<UserIdRow>(sql`
    SELECT i.id, i.ext_id AS "extId", i.first_seen AS "firstSeen", i.last_seen AS "lastSeen", i.event_count AS events
      FROM identities i
     WHERE i.project_id = ${scope.projectId} AND i.profile_id = ${profileId}
     ORDER BY i.created_at NULLS LAST, i.ext_id`);
  return rows;
}

/**
 * For each ref the internal id by which to erase its person, as in `eraseTargetOf`: the user id, the stream of an
 * anonymous visitor, or the oldest user id of a stream's owner; null for nobody. One statement with a few lookups per
 * ref (identities_ext_id_key, spans_pkey, identities_profile_id_idx).
 */
export async function identitiesOfRefs(
  db: Database,
  projectId: string,
  refs: readonly string[],
): Promise<(number | null)[]> {
  const parsed = refs.map((ref) => (isStorable(ref) ? parseRef(ref) : null));
  const { rows } = await db.query<{ position: number; id: number | null }>(sql`
    SELECT r.position::int AS position,
           CASE WHEN r.kind = 'u' OR EXISTS (SELECT FROM spans s
                                              WHERE s.project_id = ${projectId} AND s.stream_id = i.id
                                                AND s.owner_id IS NULL AND s.event_count > 0)
                THEN i.id
                ELSE (SELECT u.id
                        FROM (SELECT o.profile_id
                                FROM spans s JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id
                               WHERE s.project_id = ${projectId} AND s.stream_id = i.id AND s.owner_id > 0
                               ORDER BY s.from_ts DESC LIMIT 1) owner
                        JOIN identities u ON u.project_id = ${projectId} AND u.profile_id = owner.profile_id
                       ORDER BY u.created_at NULLS LAST, u.ext_id LIMIT 1)
            END AS id
      FROM unnest(${parsed.map((one) => one?.kind ?? null)}::text[], ${parsed.map((one) => one?.id ?? null)}::text[])
           WITH ORDINALITY AS r(kind, ext_id, position)
      JOIN identities i ON i.project_id = ${projectId} AND i.kind = r.kind AND i.ext_id = r.ext_id`);
  const found: (number | null)[] = refs.map(() => null);
  for (const { position, id } of rows) found[position - 1] = id;
  return found;
}
