import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { PersonRemover } from "@/lib/identity/erase.store";
import type { JsonObject } from "@/lib/json";

/**
 * Deletes at most `limit` events in the ranges of an erasure's job; returns their times (ms). events_actor_ts_idx, then
 * the primary key.
 */
export async function deleteEventsOfJob(
  tx: Tx,
  projectId: string,
  jobId: string,
  limit: number,
): Promise<{ ts: number }[]> {
  const { rows } = await tx.query<{ ts: number }>(sql`
    DELETE FROM events e USING (
      SELECT e.id
        FROM erase_lanes l
        JOIN events e ON e.project_id = l.project_id AND e.actor_id = l.actor_id
                     AND e.ts >= l.from_ts AND e.ts < l.to_ts
       WHERE l.project_id = ${projectId} AND l.job_id = ${jobId}
       LIMIT ${limit}) d
     WHERE e.project_id = ${projectId} AND e.id = d.id
    RETURNING e.ts`);
  return rows;
}

/**
 * Erasure of a person: removes them from the descriptions of these accounts, whoever sent them. events_described_idx;
 * reads all descriptions of these accounts.
 */
export async function eraseFromDescriptions(
  tx: Tx,
  projectId: string,
  accountIds: readonly string[],
  { needles, remove }: PersonRemover,
): Promise<void> {
  if (accountIds.length === 0) return;
  const { rows } = await tx.query<{ id: string; properties: JsonObject }>(sql`
    SELECT id, properties FROM events
     WHERE ${describing(projectId, accountIds)}
       AND EXISTS (SELECT FROM unnest(${needles}::text[]) n WHERE strpos(lower(properties::text), n) > 0)
     ORDER BY id FOR UPDATE`);
  const cleaned = rows.map(({ id, properties }) => ({ id, properties: remove(properties) }));
  await tx.query(sql`
    UPDATE events e SET properties = q.properties
      FROM jsonb_to_recordset(${JSON.stringify(cleaned)}::jsonb) AS q(id uuid, properties jsonb)
     WHERE e.project_id = ${projectId} AND e.id = q.id`);
}

/** Erasure of accounts: empties their descriptions up to `until` (an ISO time). events_described_idx; O(these). */
export async function eraseDescriptions(
  tx: Tx,
  projectId: string,
  accountIds: readonly string[],
  until: string,
): Promise<void> {
  await tx.query(sql`
    UPDATE events SET properties = '{}'
     WHERE ${describing(projectId, accountIds)} AND ts <= ${until} AND properties <> '{}'`);
}

/** The condition of events_described_idx. */
const describing = (projectId: string, accountIds: readonly string[]): Sql => sql`
  project_id = ${projectId} AND kind = 'group' AND name = 'group' AND groups[1] = ANY(${accountIds}::text[])`;
