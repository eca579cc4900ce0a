import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { KEPT_ROW_BYTES } from "./space";

/**
 * Erasure: removes user ids and whole streams. Returns the bytes their property values took. Primary keys; spans by
 * stream.
 */
export async function eraseIdentities(
  tx: Tx,
  projectId: string,
  userIds: readonly number[],
  streamIds: readonly number[],
): Promise<number> {
  const all = [...userIds, ...streamIds];
  await tx.query(sql`DELETE FROM spans WHERE project_id = ${projectId} AND stream_id = ANY(${streamIds}::bigint[])`);
  await tx.query(sql`
    DELETE FROM alias_edges
     WHERE project_id = ${projectId} AND (a = ANY(${userIds}::bigint[]) OR b = ANY(${userIds}::bigint[]))`);
  await tx.query(sql`
    DELETE FROM detached
     WHERE project_id = ${projectId}
       AND (stream_id = ANY(${streamIds}::bigint[]) OR user_id = ANY(${userIds}::bigint[]))`);
  const { rows } = await tx.query<{ bytes: number }>(sql`
    WITH gone AS (
      DELETE FROM identities WHERE project_id = ${projectId} AND id = ANY(${all}::bigint[])
      RETURNING kept_changes, kept_bytes)
    SELECT coalesce(sum(kept_changes::bigint * ${KEPT_ROW_BYTES}::int + kept_bytes), 0)::bigint AS bytes FROM gone`);
  return rows[0]?.bytes ?? 0;
}

/** Streams on which any of the users own a span. Uses spans (project_id, owner_id). */
export async function streamsOwnedBy(db: Database, projectId: string, userIds: readonly number[]): Promise<number[]> {
  const { rows } = await db.query<{ stream_id: number }>(sql`
    SELECT DISTINCT stream_id FROM spans
     WHERE project_id = ${projectId} AND owner_id = ANY(${userIds}::bigint[])
     ORDER BY stream_id`);
  return rows.map((row) => row.stream_id);
}
