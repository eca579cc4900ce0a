import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";

export type DeletedEvent = { id: string; actorId: number | null; sessionId: string | null; ts: number };

/** Retention: deletes these events and returns what to subtract from sessions and people. events_pkey. */
export async function deleteEvents(tx: Tx, projectId: string, ids: readonly string[]): Promise<DeletedEvent[]> {
  const { rows } = await tx.query<DeletedEvent>(sql`
    DELETE FROM events e
     WHERE e.project_id = ${projectId} AND e.id = ANY(${ids}::uuid[])
    RETURNING e.id, e.actor_id AS "actorId", e.session_id AS "sessionId", e.ts`);
  return rows;
}
