import sql, { type Sql } from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";

/** Failed attempts after which a person is skipped until the bulk erasure is started again. */
export const MAX_ERASE_TRIES = 3;

type Bulk = { id: string; requestedBy: string; requestedAt: number; suppress: boolean };

/**
 * Records a bulk erasure of the people whose internal ids `identityIds` selects; returns how many there are, or null if
 * there already is one with this id. O(people).
 */
export async function insertBulk(tx: Tx, projectId: string, bulk: Bulk, identityIds: Sql): Promise<number | null> {
  const { rowCount } = await tx.query(sql`
    INSERT INTO bulk_erasures (project_id, id, requested_by, requested_at, suppress, total)
    VALUES (${projectId}, ${bulk.id}, ${bulk.requestedBy}, ${timestamp(bulk.requestedAt)}, ${bulk.suppress}, 0)
    ON CONFLICT DO NOTHING`);
  if (rowCount === 0) return null;
  await tx.query(sql`SELECT set_config('work_mem', '128MB', true)`);
  const { rowCount: people } = await tx.query(sql`
    INSERT INTO bulk_erasure_people (project_id, bulk_id, identity_id)
    SELECT DISTINCT ${projectId}::uuid, ${bulk.id}::uuid, q.identity_id FROM (${identityIds}) q`);
  await tx.query(sql`
    UPDATE bulk_erasures SET total = ${people ?? 0} WHERE project_id = ${projectId} AND id = ${bulk.id}`);
  return people ?? 0;
}

/** The next person to erase, those without failures first; null: nobody is left. Primary key. */
export async function nextPersonOfBulk(
  db: Database,
  projectId: string,
  bulkId: string,
): Promise<{ identityId: number; kind: "u" | "a" | null; extId: string | null } | null> {
  const { rows } = await db.query<{ identityId: number; kind: "u" | "a" | null; extId: string | null }>(sql`
    SELECT q.identity_id AS "identityId", i.kind, i.ext_id AS "extId"
      FROM (SELECT identity_id FROM bulk_erasure_people
             WHERE project_id = ${projectId} AND bulk_id = ${bulkId} AND tries < ${MAX_ERASE_TRIES}
             ORDER BY tries, identity_id LIMIT 1) q
      LEFT JOIN identities i ON i.project_id = ${projectId} AND i.id = q.identity_id`);
  return rows[0] ?? null;
}

/** Removes a person from the list: they were erased, now or before. */
export async function removePersonOfBulk(
  db: Database,
  projectId: string,
  bulkId: string,
  identityId: number,
): Promise<void> {
  await db.query(sql`
    DELETE FROM bulk_erasure_people
     WHERE project_id = ${projectId} AND bulk_id = ${bulkId} AND identity_id = ${identityId}`);
}

export async function recordBulkFailure(
  db: Database,
  projectId: string,
  bulkId: string,
  identityId: number,
): Promise<void> {
  await db.query(sql`
    UPDATE bulk_erasure_people SET tries = tries + 1
     WHERE project_id = ${projectId} AND bulk_id = ${bulkId} AND identity_id = ${identityId}`);
}

/** Locks a bulk erasure, so that one process does not end it while another restarts it. */
async function lockBulk(tx: Tx, projectId: string, bulkId: string): Promise<void> {
  await tx.query(sql`SELECT FROM bulk_erasures WHERE project_id = ${projectId} AND id = ${bulkId} FOR UPDATE`);
}

/** Ends a bulk erasure if nobody is left to try. */
export async function finishBulk(tx: Tx, projectId: string, bulkId: string, now: number): Promise<void> {
  await lockBulk(tx, projectId, bulkId);
  await tx.query(sql`
    UPDATE bulk_erasures SET finished_at = ${timestamp(now)}
     WHERE project_id = ${projectId} AND id = ${bulkId} AND finished_at IS NULL
       AND NOT EXISTS (SELECT FROM bulk_erasure_people
                        WHERE project_id = ${projectId} AND bulk_id = ${bulkId} AND tries < ${MAX_ERASE_TRIES})`);
}

/** Empties the list of people still to be erased; false: no bulk erasure with this id is running. */
export async function stopBulk(tx: Tx, projectId: string, bulkId: string, now: number): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    UPDATE bulk_erasures SET stopped_at = ${timestamp(now)}, finished_at = ${timestamp(now)}
     WHERE project_id = ${projectId} AND id = ${bulkId} AND finished_at IS NULL`);
  if (rowCount === 0) return false;
  await tx.query(sql`DELETE FROM bulk_erasure_people WHERE project_id = ${projectId} AND bulk_id = ${bulkId}`);
  return true;
}

/** Retries the people who failed; false: nobody is left to try. */
export async function reopenBulk(tx: Tx, projectId: string, bulkId: string): Promise<boolean> {
  await lockBulk(tx, projectId, bulkId);
  const { rowCount } = await tx.query(sql`
    UPDATE bulk_erasure_people SET tries = 0 WHERE project_id = ${projectId} AND bulk_id = ${bulkId}`);
  if (rowCount === 0) return false;
  await tx.query(sql`
    UPDATE bulk_erasures SET finished_at = NULL WHERE project_id = ${projectId} AND id = ${bulkId}`);
  return true;
}
