import sql from "sql-template-tag";
import type { Pool } from "@/lib/db/pool";
import { resealedEndpoint } from "./endpoint";

export type SealedEndpoint = { id: string; projectId: string; stored: Buffer };

/** Alerts after `after` in (project, id) order with their sealed endpoints. alerts_pkey. */
export async function sealedEndpoints(
  db: Pool,
  after: Pick<SealedEndpoint, "projectId" | "id">,
  limit: number,
): Promise<SealedEndpoint[]> {
  const { rows } = await db.query<SealedEndpoint>(sql`
    SELECT project_id AS "projectId", id, endpoint AS stored
      FROM alerts
     WHERE (project_id, id) > (${after.projectId}, ${after.id}) AND endpoint IS NOT NULL
     ORDER BY project_id, id
     LIMIT ${limit}`);
  return rows;
}

/** Seals an endpoint with the current AUTH_SECRET, unless it was replaced meanwhile. Throws if it cannot be read. */
export async function resealEndpoint(db: Pool, { projectId, id, stored }: SealedEndpoint): Promise<void> {
  const renewed = resealedEndpoint(id, stored);
  if (renewed)
    await db.query(sql`
      UPDATE alerts SET endpoint = ${renewed} WHERE project_id = ${projectId} AND id = ${id} AND endpoint = ${stored}`);
}
