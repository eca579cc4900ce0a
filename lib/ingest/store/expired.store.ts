import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";

export type DeletedEvent = { actorId: number | null; sessionId: string | null; ts: number };

/** Retention: deletes these events and returns what sessions and people lose by it. events_pkey. */
export async function deleteExpired(tx: Tx, projectId: string, ids: readonly string[]): Promise<DeletedEvent[]> {
  const { rows } = await tx.query<DeletedEvent>(sql`
    DELETE FROM events e
     WHERE e.project_id = ${projectId} AND e.id = ANY(${ids}::uuid[])
    RETURNING e.actor_id AS "actorId", e.session_id AS "sessionId", e.ts`);
  return rows;
}
