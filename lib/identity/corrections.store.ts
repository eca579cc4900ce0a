import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";

/** What corrections of who is who write: aliases of user ids, and users detached from streams. */

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

/**
 * Ignores evidence of (stream, user) up to `until` ms (docs/identity.md R14); a later time replaces an earlier one.
 * Primary key.
 */
export async function writeDetached(
  tx: Tx,
  projectId: string,
  streamId: number,
  userId: number,
  until: number,
  madeBy: string,
): Promise<void> {
  await tx.query(sql`
    INSERT INTO detached AS d (project_id, stream_id, user_id, until, made_by)
    VALUES (${projectId}, ${streamId}, ${userId}, ${timestamp(until)}, ${madeBy})
    ON CONFLICT (project_id, stream_id, user_id) DO UPDATE
       SET until = greatest(d.until, excluded.until), made_by = excluded.made_by`);
}

/** Undoes a detachment; false if there was none. Primary key. */
export async function deleteDetached(tx: Tx, projectId: string, streamId: number, userId: number): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    DELETE FROM detached WHERE project_id = ${projectId} AND stream_id = ${streamId} AND user_id = ${userId}`);
  return rowCount === 1;
}
