import sql, { type Sql } from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { visitorNumber } from "@/lib/identity/person-ref";
import { FACTS_VERSION } from "./facts.store";

/** Whether the facts `f` of a person are those of their stats `t`. */
export const MATCHES_STATS: Sql = sql`((f.event_count, f.last_seen, f.first_seen)
           IS NOT DISTINCT FROM (t.event_count, t.last_seen, t.first_seen))`;
/** The same test for their profile `p`. */
export const MATCHES_PROFILE: Sql = sql`(f.name IS NOT DISTINCT FROM p.name
           AND (f.known_since <> p.created_at) IS NOT TRUE)`;

/** Every project, for jobs. Primary key. */
export async function projectIds(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(sql`SELECT id FROM projects ORDER BY id`);
  return rows.map((row) => row.id);
}

/**
 * Of the `limit` profiles and `limit` visitors seen last, those whose facts do not match their stats: changes that a
 * crash lost. profile_stats_last_min_idx, spans_visitors_idx, then one probe of profile_facts_pkey each.
 */
export async function staleAmongNewest(db: Database, projectId: string, limit: number): Promise<number[]> {
  const { rows } = await db.query<{ person: number }>(sql`
    SELECT t.profile_id AS person
      FROM (SELECT * FROM profile_stats WHERE project_id = ${projectId} AND last_min IS NOT NULL
             ORDER BY last_min DESC NULLS LAST, profile_id DESC LIMIT ${limit}) t
      LEFT JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = t.profile_id
     WHERE NOT ${MATCHES_STATS}
    UNION ALL
    SELECT -s.stream_id
      FROM (SELECT * FROM spans WHERE project_id = ${projectId} AND owner_id IS NULL AND last_min IS NOT NULL
             ORDER BY last_min DESC, stream_id DESC LIMIT ${limit}) s
      LEFT JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = -s.stream_id
     WHERE f.person IS NULL OR f.last_seen < s.last_seen OR f.event_count < s.event_count`);
  return rows.map((row) => row.person);
}

/**
 * A range of a project's people by id, and which of them need new facts. `next`: where the next range begins, null at
 * the end. `read`: how many people it covers. `isOutdated`: whether some facts were computed by an older version.
 */
export type WalkedPeople = { stale: number[]; next: number | null; read: number; isOutdated: boolean };

/**
 * The `limit` profiles after `from`: those whose facts are missing, do not match their stats, were computed by an older
 * version, or are of an earlier day although the last 90 days count in them. Primary keys of profile_stats, profiles
 * and profile_facts; O(limit).
 */
export async function staleProfiles(
  db: Database,
  projectId: string,
  from: number,
  limit: number,
  day: string,
): Promise<WalkedPeople> {
  const { rows } = await db.query<WalkedRow>(sql`
    SELECT t.profile_id AS person, f.version < ${FACTS_VERSION} AS outdated,
           p.created_at IS NOT NULL AND (f.person IS NULL
           OR NOT ${MATCHES_STATS} OR NOT ${MATCHES_PROFILE}
           OR f.version < ${FACTS_VERSION} OR f.days_90 > 0 AND f.computed_on < ${day}::date) AS stale
      FROM (SELECT *
              FROM profile_stats
             WHERE project_id = ${projectId} AND profile_id > ${from}
             ORDER BY profile_id
             LIMIT ${limit}) t
      JOIN profiles p ON p.project_id = ${projectId} AND p.id = t.profile_id
      LEFT JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = t.profile_id`);
  return walkedPeople(rows, limit);
}

/** Like staleProfiles, over the unclaimed streams after `from` (a stream's id). spans_pkey, profile_facts_pkey. */
export async function staleVisitors(
  db: Database,
  projectId: string,
  from: number,
  limit: number,
  day: string,
): Promise<WalkedPeople> {
  const { rows } = await db.query<WalkedRow>(sql`
    SELECT s.stream_id AS person, f.version < ${FACTS_VERSION} AS outdated,
           s.event_count > 0 AND (f.person IS NULL
           OR (f.event_count, f.last_seen) IS DISTINCT FROM (s.event_count, s.last_seen)
           OR f.version < ${FACTS_VERSION} OR f.days_90 > 0 AND f.computed_on < ${day}::date) AS stale
      FROM (SELECT stream_id, coalesce(sum(event_count) FILTER (WHERE owner_id IS NULL), 0)::bigint AS event_count,
                   max(last_seen) FILTER (WHERE owner_id IS NULL) AS last_seen
              FROM spans
             WHERE project_id = ${projectId} AND stream_id > ${from}
             GROUP BY stream_id
             ORDER BY stream_id
             LIMIT ${limit}) s
      LEFT JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = -s.stream_id`);
  const { stale, ...rest } = walkedPeople(rows, limit);
  return { ...rest, stale: stale.map(visitorNumber) };
}

/** Like staleProfiles, over the facts themselves: those of people who no longer exist. Primary keys. */
export async function orphanFacts(db: Database, projectId: string, from: number, limit: number): Promise<WalkedPeople> {
  const { rows } = await db.query<WalkedRow>(sql`
    SELECT f.person, false AS outdated, CASE WHEN f.person > 0
             THEN NOT EXISTS (SELECT 1
                                FROM profiles p
                               WHERE p.project_id = ${projectId} AND p.id = f.person AND p.created_at IS NOT NULL)
             ELSE NOT EXISTS (SELECT 1 FROM spans s WHERE s.project_id = ${projectId} AND s.stream_id = -f.person
                                 AND s.owner_id IS NULL AND s.event_count > 0) END AS stale
      FROM (SELECT person
              FROM profile_facts
             WHERE project_id = ${projectId} AND person > ${from}
             ORDER BY person
             LIMIT ${limit}) f`);
  return walkedPeople(rows, limit);
}

type WalkedRow = { person: number; stale: boolean; outdated: boolean | null };

function walkedPeople(rows: WalkedRow[], limit: number): WalkedPeople {
  const ends = rows.map((row) => row.person);
  return {
    stale: rows.filter((row) => row.stale).map((row) => row.person),
    next: rows.length < limit ? null : Math.max(...ends),
    read: rows.length,
    isOutdated: rows.some(({ stale, outdated }) => stale && outdated),
  };
}

/** How many people of a project a whole walk covers: profiles and streams. Scans both primary keys, once per update. */
export async function peopleToWalk(db: Database, projectId: string): Promise<number> {
  const { rows } = await db.query<{ people: number }>(sql`
    SELECT (SELECT count(*) FROM profile_stats WHERE project_id = ${projectId})
         + (SELECT count(DISTINCT stream_id) FROM spans WHERE project_id = ${projectId}) AS people`);
  return Number(rows[0]?.people ?? 0);
}

/**
 * Whether everyone's facts are of the current version. After an update that adds some, the job needs a while to compute
 * them all; until then new columns are unreliable. profile_facts_outdated_idx, which is empty except during that time.
 */
export async function areFactsCurrent(db: Database, projectId: string): Promise<boolean> {
  return (await db.query(outdatedQuery(projectId))).rows.length === 0;
}

/**
 * The order makes the planner use the index: statistics from before the recomputation say that nearly all rows are
 * outdated, so it would otherwise expect to find one anywhere.
 */
export const outdatedQuery = (projectId: string): Sql =>
  sql`SELECT 1 FROM profile_facts WHERE project_id = ${projectId} AND version < 2 ORDER BY person LIMIT 1`;
