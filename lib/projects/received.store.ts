import sql from "sql-template-tag";
import { type Counted, LaterCounts } from "@/lib/db/later-counts";
import type { Database } from "@/lib/db/pool";
import { utcDay } from "@/lib/format/time";

type Day = { projectId: string; day: string };

const shared = globalThis as typeof globalThis & { throughlineReceived?: LaterCounts<Day> };

/** One per process, shared by Next's copies of this module. */
const counts = () => (shared.throughlineReceived ??= new LaterCounts("received events", addReceived));

/** Counts stored events on the day of their arrival. Returns at once and never throws. */
export function countReceived(projectId: string, events: number, now: number): void {
  if (events > 0) counts().add({ projectId, day: utcDay(now) }, events);
}

/** Writes the pending counts. If that fails they stay pending, and the error is thrown. */
export const flushReceived = (db?: Database): Promise<void> => counts().flush(db);

/**
 * Adds to the daily counts of projects that still exist; the lock keeps each until its row is committed, so that its
 * erasure finds it. Rows in key order, so that two processes cannot deadlock. Primary keys.
 */
async function addReceived(db: Database, counted: readonly Counted<Day>[]): Promise<void> {
  const input = counted.map(({ projectId, ...rest }) => ({ project_id: projectId, ...rest }));
  await db.query(sql`
    INSERT INTO received_days AS r (project_id, day, events)
    SELECT q.project_id, q.day, q.count
      FROM json_to_recordset(${JSON.stringify(input)}::json) AS q(project_id uuid, day date, count bigint)
      JOIN projects p ON p.id = q.project_id
     ORDER BY q.project_id, q.day
       FOR KEY SHARE OF p
    ON CONFLICT (project_id, day) DO UPDATE SET events = r.events + excluded.events`);
}
