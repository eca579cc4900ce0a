import sql, { empty, type Sql } from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import type { QueueItem } from "./recompute-queue.queries";

/** Queues these people of a project for recomputation; survives a crash of this process. */
export async function queuePeople(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT ${projectId}::uuid, '', person, person, gen_random_uuid() FROM unnest(${people}::bigint[]) q(person)`);
}

/** Queues everybody in these accounts for recomputation, and the accounts' facts. */
export async function queueAccounts(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT ${projectId}::uuid, a.id, w.from_person, w.to_person, gen_random_uuid()
      FROM unnest(${ids}::text[]) a(id)
     CROSS JOIN (VALUES (${Number.MIN_SAFE_INTEGER}::bigint, ${Number.MAX_SAFE_INTEGER}::bigint), (1, 0))
             w(from_person, to_person)`);
}

/** Items that concern only an account's facts, taken per step. */
const MAX_FACTS_ITEMS = 1_000;

/**
 * Moves queued accounts of which only the facts have to be recomputed to account_stale. Call it under lockFacts: a job
 * that has already read an account would otherwise delete the mark. account_work_pkey.
 */
export async function markQueuedStale(tx: Tx, projectId: string): Promise<void> {
  await tx.query(
    prepared(sql`
    WITH due AS (
      DELETE FROM account_work w
       USING (SELECT id FROM account_work
               WHERE project_id = ${projectId} AND from_person > to_person ORDER BY id LIMIT ${MAX_FACTS_ITEMS}) d
       WHERE w.project_id = ${projectId} AND w.id = d.id
      RETURNING w.account_id)
    INSERT INTO account_stale (project_id, account_id)
    SELECT DISTINCT ${projectId}::uuid, id FROM (
      SELECT account_id AS id FROM due
      UNION
      SELECT a.merged_into FROM due d JOIN accounts a ON a.project_id = ${projectId} AND a.id = d.account_id
       WHERE a.merged_into IS NOT NULL) s
     ORDER BY id
    ON CONFLICT DO NOTHING`),
  );
}

/** Records that an item is done up to `next`, exclusive, or completely (null). */
export async function recordQueueProgress(
  db: Database,
  { projectId, id }: QueueItem,
  next: number | null,
): Promise<void> {
  await db.query(
    next === null
      ? sql`DELETE FROM account_work WHERE project_id = ${projectId} AND id = ${id}`
      : sql`UPDATE account_work SET from_person = ${next} WHERE project_id = ${projectId} AND id = ${id}`,
  );
}

/**
 * The settings that mark the own team of `project`, the id of `p` (projects). Includes the rules of its segments and of
 * the segments those refer to, as they may change.
 */
const ownTeam = (project: Sql) => sql`
  p.internal_people || '@'::text || p.internal_domains || '='::text || p.internal_properties
  || CASE WHEN p.internal_segments <> '{}'
       THEN '#'::text || ARRAY(
              WITH RECURSIVE named AS (
                SELECT g.id, g.rule FROM segments g
                 WHERE g.project_id = ${project} AND g.id::text = ANY(p.internal_segments)
                UNION
                SELECT g.id, g.rule
                  FROM named n
                 CROSS JOIN jsonb_path_query(n.rule, 'strict $.** ? (@.kind == "segment").id') q(id)
                  JOIN segments g ON g.project_id = ${project} AND g.id::text = q.id #>> '{}')
              SELECT n.id || ' ' || md5(coalesce(n.rule::text, '')) FROM named n ORDER BY n.id)
       ELSE '{}' END
  || CASE WHEN p.internal_accounts <> '{}' THEN '&'::text || p.internal_accounts ELSE '{}' END`;

/** Whether everybody has been recomputed with the project's current settings for the own team. projects_pkey. */
export async function isOwnTeamApplied(tx: Tx, projectId: string): Promise<boolean> {
  const { rows } = await tx.query<{ isApplied: boolean }>(sql`
    SELECT (${ownTeam(sql`${projectId}::uuid`)}) = coalesce(nullif(s.internal, '{}'), ARRAY['@', '=']) AS "isApplied"
      FROM projects p LEFT JOIN account_sources s ON s.project_id = p.id
     WHERE p.id = ${projectId}`);
  return rows[0]?.isApplied ?? false;
}

/** Records that everybody has been recomputed with the project's current settings for the own team. */
export async function recordOwnTeamApplied(tx: Tx, projectId: string): Promise<void> {
  await tx.query(sql`
    INSERT INTO account_sources (project_id, property, by_domain, internal)
    SELECT p.id, coalesce(p.account_property, ''), p.account_by_domain, ${ownTeam(sql`${projectId}::uuid`)}
      FROM projects p
     WHERE p.id = ${projectId}
    ON CONFLICT (project_id) DO UPDATE SET internal = excluded.internal`);
}

/**
 * Queues everybody of each project whose settings for accounts or the own team have changed; returns whether any have.
 * Reads the settings of all projects, or of one.
 */
export async function queueChangedSettings(db: Database, only: string | null): Promise<boolean> {
  const isWanted = only === null ? empty : sql`AND p.id = ${only}`;
  const { rowCount } = await db.query(
    prepared(sql`
    WITH changed AS (
      SELECT p.id, coalesce(p.account_property, '') AS account_property, p.account_by_domain, i.internal
        FROM projects p LEFT JOIN account_sources s ON s.project_id = p.id
       CROSS JOIN LATERAL (
         SELECT ${ownTeam(only === null ? sql`p.id` : sql`${only}::uuid`)} AS internal) i
       WHERE (coalesce(p.account_property, ''), p.account_by_domain, i.internal)
             IS DISTINCT FROM (coalesce(s.property, ''), coalesce(s.by_domain, false),
                               coalesce(nullif(s.internal, '{}'), ARRAY['@', '=']))
             ${isWanted}),
    noted AS (
      INSERT INTO account_sources (project_id, property, by_domain, internal)
      SELECT id, account_property, account_by_domain, internal FROM changed ORDER BY id
      ON CONFLICT (project_id) DO UPDATE
        SET (property, by_domain, internal) = (excluded.property, excluded.by_domain, excluded.internal))
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT id, '', ${Number.MIN_SAFE_INTEGER}, ${Number.MAX_SAFE_INTEGER}, gen_random_uuid() FROM changed`),
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Marks the accounts of projects whose list of features has changed as stale, to recount their used features; returns
 * whether any have. Reads the lists of all projects, or of one: features_pkey.
 */
export async function markChangedFeatures(db: Database, only: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    prepared(sql`
    WITH listed AS (
      SELECT project_id AS id, md5(string_agg(to_json(events)::text, ',' ORDER BY id)) AS features
        FROM features
       WHERE project_id = coalesce(${only}::uuid, project_id)
       GROUP BY project_id),
    changed AS (
      SELECT p.id, coalesce(l.features, '') AS features
        FROM projects p
        LEFT JOIN account_sources s ON s.project_id = p.id
        LEFT JOIN listed l ON l.id = p.id
       WHERE coalesce(l.features, '') <> coalesce(s.features, '') AND p.id = coalesce(${only}::uuid, p.id)),
    noted AS (
      INSERT INTO account_sources (project_id, property, by_domain, features)
      SELECT id, '', false, features FROM changed ORDER BY id
      ON CONFLICT (project_id) DO UPDATE SET features = excluded.features
      RETURNING project_id),
    marked AS (
      INSERT INTO account_stale (project_id, account_id)
      SELECT f.project_id, f.account_id
        FROM changed c JOIN account_facts f ON f.project_id = c.id
       ORDER BY f.project_id, f.account_id COLLATE "C"
      ON CONFLICT DO NOTHING)
    SELECT project_id FROM noted`),
  );
  return (rowCount ?? 0) > 0;
}
