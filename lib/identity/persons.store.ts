import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import type { ProfileUserId } from "./persons";
import { StaleIdentityError } from "./resolve.store";

/**
 * Locks all user ids of the persons that `ids` belong to, in id order, and returns them. Reads the set again under the
 * locks, as another transaction may have merged one of them meanwhile (docs/identity.md P11). If it has changed, rolls
 * back to a savepoint and locks them all again: locking only the missing ones would break the lock order.
 * identities_profile_id_idx.
 */
export async function lockPersons(tx: Tx, projectId: string, ids: readonly number[]): Promise<ProfileUserId[]> {
  await tx.query("SAVEPOINT persons");
  let locked = await userIdsOfPersons(tx, projectId, ids);
  for (;;) {
    await tx.query(sql`
      SELECT 1 FROM identities WHERE project_id = ${projectId} AND id = ANY(${locked.map((m) => m.id)}::bigint[])
       ORDER BY id FOR NO KEY UPDATE`);
    const current = await userIdsOfPersons(tx, projectId, ids);
    if (hasSameIds(current, locked)) return current;
    await tx.query("ROLLBACK TO SAVEPOINT persons");
    locked = current;
  }
}

const hasSameIds = (a: readonly ProfileUserId[], b: readonly ProfileUserId[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => id === b[i]?.id);

async function userIdsOfPersons(tx: Tx, projectId: string, ids: readonly number[]): Promise<ProfileUserId[]> {
  const { rows } = await tx.query<ProfileUserId>(sql`
    SELECT id, profile_id AS "profileId"
      FROM identities
     WHERE project_id = ${projectId} AND kind = 'u'
       AND profile_id IN (
             SELECT profile_id FROM identities WHERE project_id = ${projectId} AND id = ANY(${ids}::bigint[]))
     ORDER BY id`);
  if (ids.some((id) => !rows.some((row) => row.id === id))) throw new StaleIdentityError("a user was erased meanwhile");
  return rows;
}

/** The register of an unordered pair of user ids (docs/identity.md R7). */
export type Edge = { a: number; b: number; isOn: boolean; ts: number; opId: string; madeBy: string | null };

/** Writes a register; returns false if the stored (ts, op_id) is newer. Primary key. */
export async function writeEdge(tx: Tx, projectId: string, edge: Edge): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    INSERT INTO alias_edges AS x (project_id, a, b, is_on, ts, op_id, made_by)
    VALUES (${projectId}, ${Math.min(edge.a, edge.b)}, ${Math.max(edge.a, edge.b)}, ${edge.isOn},
            ${timestamp(edge.ts)}, ${edge.opId}, ${edge.madeBy})
    ON CONFLICT (project_id, a, b) DO UPDATE
       SET is_on = excluded.is_on, ts = excluded.ts, op_id = excluded.op_id, made_by = excluded.made_by
     WHERE (excluded.ts, excluded.op_id) > (x.ts, x.op_id)`);
  return rowCount === 1;
}

/** Active alias edges between the given user ids. Uses the primary key and alias_edges_b_idx. */
export async function edgesAmong(tx: Tx, projectId: string, ids: readonly number[]): Promise<[number, number][]> {
  const { rows } = await tx.query<{ a: number; b: number }>(sql`
    SELECT a, b
      FROM alias_edges
     WHERE project_id = ${projectId} AND a = ANY(${ids}::bigint[]) AND b = ANY(${ids}::bigint[]) AND is_on`);
  return rows.map((row) => [row.a, row.b]);
}

/** Moves user ids to a profile. Primary key. */
export async function assignProfile(
  tx: Tx,
  projectId: string,
  ids: readonly number[],
  profileId: number,
): Promise<void> {
  await tx.query(sql`
    UPDATE identities SET profile_id = ${profileId}
     WHERE project_id = ${projectId} AND id = ANY(${ids}::bigint[]) AND profile_id <> ${profileId}`);
}
