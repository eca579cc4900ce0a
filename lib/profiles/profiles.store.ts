import sql from "sql-template-tag";
import { bigints, jsons, texts, timestamps } from "@/lib/db/binary-arrays";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import type { ErasePlan } from "@/lib/identity/erase.store";
import type { JsonObject } from "@/lib/json";
import { subtractPeople } from "./active-counts.store";

/** Locks the stats of profiles in order (phase 3 of the lock order). Primary key. */
export async function lockStats(tx: Tx, projectId: string, profileIds: readonly number[]): Promise<void> {
  if (profileIds.length === 0) return;
  await tx.query(
    prepared(sql`
      SELECT 1 FROM profile_stats WHERE project_id = ${projectId} AND profile_id = ANY(${bigints(profileIds)}::bigint[])
       ORDER BY profile_id FOR NO KEY UPDATE`),
  );
}

/**
 * Locks the stats of the profiles that locked user ids belong to, in order (phase 3). A separate statement after the
 * one that locked the users, so that it sees their current profiles. Primary keys.
 */
export async function lockStatsOf(tx: Tx, projectId: string, userIds: readonly number[]): Promise<void> {
  if (userIds.length === 0) return;
  await tx.query(
    prepared(sql`
      SELECT 1 FROM profile_stats WHERE project_id = ${projectId} AND profile_id IN
        (SELECT profile_id FROM identities WHERE project_id = ${projectId} AND id = ANY(${bigints(userIds)}::bigint[]))
       ORDER BY profile_id FOR NO KEY UPDATE`),
  );
}

/**
 * Keeps two processes from computing facts of a project at once, so that an older reading cannot overwrite a newer one.
 * Held until the commit.
 */
export async function lockFacts(tx: Tx, projectId: string): Promise<void> {
  await tx.query(sql`SELECT pg_advisory_xact_lock(hashtextextended('profile_facts ' || ${projectId}, 0))`);
}

/** Adds to the stats of some locked profiles and recounts those of others. */
export async function writeStats(
  tx: Tx,
  projectId: string,
  deltas: readonly StatsDelta[],
  recounted: readonly number[],
): Promise<void> {
  await Promise.all([addStats(tx, projectId, deltas), recomputeStats(tx, projectId, recounted)]);
}

export type StatsDelta = { profileId: number; count: number; firstSeen: number | null; lastSeen: number | null };

/**
 * Adds times and counts of events to locked profiles (docs/identity.md P12). Most updates are HOT, as the only index is
 * by minute (E5).
 */
async function addStats(tx: Tx, projectId: string, deltas: readonly StatsDelta[]): Promise<void> {
  if (deltas.length === 0) return;
  const of = <T>(read: (delta: StatsDelta) => T): T[] => deltas.map(read);
  await tx.query(
    prepared(sql`
      UPDATE profile_stats t SET event_count = t.event_count + q.count,
             first_seen = least(t.first_seen, q.first_seen), last_seen = greatest(t.last_seen, q.last_seen),
             last_min = date_bin('1 minute', greatest(t.last_seen, q.last_seen), 'epoch')
        FROM unnest(${bigints(of((d) => d.profileId))}::bigint[], ${bigints(of((d) => d.count))}::bigint[],
               ${timestamps(of((d) => d.firstSeen))}::timestamptz[],
               ${timestamps(of((d) => d.lastSeen))}::timestamptz[])
          AS q(profile_id, count, first_seen, last_seen)
       WHERE t.project_id = ${projectId} AND t.profile_id = q.profile_id`),
  );
}

/**
 * Recounts the stats of locked profiles from their user ids and spans: O(lanes), no event is read. Uses identities
 * (project_id, profile_id) and spans (project_id, owner_id).
 */
export async function recomputeStats(tx: Tx, projectId: string, profileIds: readonly number[]): Promise<void> {
  if (profileIds.length === 0) return;
  await tx.query(sql`
    UPDATE profile_stats t SET first_seen = x.first_seen, last_seen = x.last_seen,
                               last_min = date_bin('1 minute', x.last_seen, 'epoch'), event_count = x.event_count
      FROM (
        SELECT p.profile_id, min(z.first_seen) AS first_seen, max(z.last_seen) AS last_seen,
               coalesce(sum(z.event_count), 0) AS event_count
          FROM unnest(${profileIds}::bigint[]) p(profile_id)
          LEFT JOIN LATERAL (
            SELECT first_seen, last_seen, event_count FROM identities i
             WHERE i.project_id = ${projectId} AND i.profile_id = p.profile_id
            UNION ALL
            SELECT s.first_seen, s.last_seen, s.event_count FROM identities i
              JOIN spans s ON s.project_id = ${projectId} AND s.owner_id = i.id
             WHERE i.project_id = ${projectId} AND i.profile_id = p.profile_id) z ON true
         GROUP BY p.profile_id) x
     WHERE t.project_id = ${projectId} AND t.profile_id = x.profile_id`);
}

/** What a profile's row (table profiles) should contain. */
export type ProfileRow = {
  profileId: number;
  displayId: string;
  name: string | null;
  email: string | null;
  avatar: string | null;
  /** Flat: dotted leaf key → value. */
  props: JsonObject;
  searchText: string;
  /** Oldest operation of any of its user ids, in ms. */
  createdAt: number | null;
};

/**
 * Writes the rows of profiles that differ from the stored ones; the others cost one lookup each and no new row version.
 * Primary key.
 */
export async function writeProfiles(tx: Tx, projectId: string, profiles: readonly ProfileRow[]): Promise<void> {
  if (profiles.length === 0) return;
  const of = <T>(read: (profile: ProfileRow) => T): T[] => profiles.map(read);
  await tx.query(
    prepared(sql`
      UPDATE profiles t
         SET display_id = q.display_id, name = q.name, email = q.email, avatar = q.avatar, props = q.props,
             search_text = q.search_text, created_at = q.created_at
        FROM unnest(${bigints(of((p) => p.profileId))}::bigint[], ${texts(of((p) => p.displayId))}::text[],
               ${texts(of((p) => p.name))}::text[], ${texts(of((p) => p.email))}::text[],
               ${texts(of((p) => p.avatar))}::text[],
               ${jsons(of((p) => p.props))}::jsonb[], ${texts(of((p) => p.searchText))}::text[],
               ${timestamps(of((p) => p.createdAt))}::timestamptz[])
          AS q(id, display_id, name, email, avatar, props, search_text, created_at)
       WHERE t.project_id = ${projectId} AND t.id = q.id
         AND (t.display_id, t.name, t.email, t.avatar, t.props, t.search_text, t.created_at)
             IS DISTINCT FROM (q.display_id, q.name, q.email, q.avatar, q.props, q.search_text, q.created_at)`),
  );
}

/**
 * Creates a profile with empty stats, for a person that an alias or split created; its id comes from a sequence and
 * never from a user id (docs/identity.md P6). Primary keys.
 */
export async function createProfile(tx: Tx, projectId: string): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql`
    INSERT INTO profiles (project_id, id, display_id)
    VALUES (${projectId}, nextval('profile_id_seq'), '')
    RETURNING id`);
  const { id } = rows[0] as { id: number };
  await tx.query(sql`INSERT INTO profile_stats (project_id, profile_id) VALUES (${projectId}, ${id})`);
  return id;
}

/** Deletes profiles to which no user id points any more. Primary keys. */
export async function deleteProfiles(tx: Tx, projectId: string, profileIds: readonly number[]): Promise<void> {
  if (profileIds.length === 0) return;
  await tx.query(sql`DELETE FROM profiles WHERE project_id = ${projectId} AND id = ANY(${profileIds}::bigint[])`);
  await tx.query(
    sql`DELETE FROM profile_stats WHERE project_id = ${projectId} AND profile_id = ANY(${profileIds}::bigint[])`,
  );
}

/**
 * Erasure: deletes people's profiles, and what was computed from them. Takes lockFacts, so that the facts job writes
 * nothing from an older reading; it recomputes the other people on shared devices. Primary keys.
 */
export async function eraseProfiles(
  tx: Tx,
  projectId: string,
  { profileIds, people }: Pick<ErasePlan, "profileIds" | "people">,
): Promise<void> {
  await deleteProfiles(tx, projectId, profileIds);
  if (people.length === 0) return;
  await lockFacts(tx, projectId);
  await tx.query(sql`
    DELETE FROM profile_values WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])
       AND column_id IN (SELECT id FROM sorted_columns WHERE project_id = ${projectId})`);
  await subtractPeople(tx, projectId, people);
  await tx.query(sql`DELETE FROM person_events WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`);
  await tx.query(sql`DELETE FROM person_days WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`);
  await tx.query(sql`DELETE FROM profile_facts WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`);
}
