import sql from "sql-template-tag";
import type { WithCount } from "@/lib/db/later-counts";
import type { Database } from "@/lib/db/pool";
import type { Refusal } from "@/lib/ingest/privacy/refusal";

export type RefusalDay = { projectId: string; day: string; reason: Refusal };

/**
 * Adds to the daily counts of projects that still exist. FOR KEY SHARE delays a project's deletion until the rows are
 * committed, so that it deletes them. Writes rows in key order, so that two processes cannot deadlock. Primary keys,
 * one row per reason and day.
 */
export async function addRefusals(db: Database, counted: readonly WithCount<RefusalDay>[]): Promise<void> {
  const input = counted.map(({ projectId, ...rest }) => ({ project_id: projectId, ...rest }));
  await db.query(sql`
    INSERT INTO refusals AS r (project_id, day, reason, count)
    SELECT q.project_id, q.day, q.reason, q.count
      FROM json_to_recordset(${JSON.stringify(input)}::json)
             AS q(project_id uuid, day date, reason text, count bigint)
      JOIN projects p ON p.id = q.project_id
     ORDER BY q.project_id, q.day, q.reason
       FOR KEY SHARE OF p
    ON CONFLICT (project_id, day, reason) DO UPDATE SET count = r.count + excluded.count`);
}
