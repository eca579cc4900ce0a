import sql from "sql-template-tag";
import { LaterCounts, type WithCount } from "@/lib/db/later-counts";
import type { Database } from "@/lib/db/pool";
import { addToSum } from "@/lib/faults/counts";
import { utcDay } from "@/lib/format/time";
import type { Refusal } from "@/lib/ingest/privacy/refusal";

type RefusalDay = { projectId: string; day: string; reason: Refusal };

const shared = globalThis as typeof globalThis & { throughlineRefusals?: LaterCounts<RefusalDay> };

/** One per process, shared by Next's copies of this module. */
const counts = () => (shared.throughlineRefusals ??= new LaterCounts("refusals", addRefusals));

/** Counts `count` refusals on the day of `now` (milliseconds, UTC). Returns at once and never throws. */
export function countRefusal(projectId: string, reason: Refusal, now: number, count = 1): void {
  addToSum("refusals", reason, count);
  counts().add({ projectId, day: utcDay(now), reason }, count);
}

/** Writes the pending counts. If that fails they stay pending, and the error is thrown. */
export const flushRefusals = (db?: Database): Promise<void> => counts().flush(db);

/**
 * Adds to the daily counts of projects that still exist. FOR KEY SHARE delays a project's deletion until the rows are
 * committed, so that it deletes them. Writes rows in key order, so that two processes cannot deadlock. Primary keys,
 * one row per reason and day.
 */
async function addRefusals(db: Database, counted: readonly WithCount<RefusalDay>[]): Promise<void> {
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
