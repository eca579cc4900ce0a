import sql from "sql-template-tag";
import { LaterCounts, type WithCount } from "@/lib/db/later-counts";
import type { Database } from "@/lib/db/pool";
import type { ControlTx } from "@/lib/db/prisma";
import { utcDay } from "@/lib/format/time";

type Day = { projectId: string; day: string };

const shared = globalThis as typeof globalThis & { throughlineReceived?: LaterCounts<Day> };

/** One per process, shared by Next's copies of this module. */
const counts = () => (shared.throughlineReceived ??= new LaterCounts("received events", addReceived));

/**
 * How many operations are events that count as received: new ones, without calls about people and accounts, duplicates
 * and refused messages.
 */
export const countStoredEvents = (
  operations: readonly { kind: string }[],
  outcomes: readonly { status: string }[],
): number =>
  operations.reduce((sum, { kind }, i) => sum + (kind === "event" && outcomes[i]?.status === "accepted" ? 1 : 0), 0);

/** Counts stored events on the day of their arrival. Returns at once and never throws. */
export function countReceived(projectId: string, events: number, now: number): void {
  if (events > 0) counts().add({ projectId, day: utcDay(now) }, events);
}

/** Writes the pending counts. If that fails they stay pending, and the error is thrown. */
export const flushReceived = (db?: Database): Promise<void> => counts().flush(db);

/**
 * Adds to the daily counts of projects that still exist; the lock keeps a project from being deleted until its row is
 * committed, so that its erasure finds the row. Rows in key order, so that two processes cannot deadlock. Primary keys.
 */
async function addReceived(db: Database, counted: readonly WithCount<Day>[]): Promise<void> {
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

/** The organizations between which a project moves. */
export type OrganizationMove = { projectId: string; from: string; to: string };

/**
 * Attributes what a moving project has received since `since` to the organization it leaves. The two rows of a day
 * cancel out, so that an event counts once, whenever its count is written. Primary keys.
 */
export async function leaveReceivedBehind(
  tx: ControlTx,
  { projectId, from, to }: OrganizationMove,
  since: Date,
): Promise<void> {
  await tx.$executeRaw(sql`
    INSERT INTO moved_usage AS m (project_id, organization_id, day, events)
    SELECT d.project_id, side.organization_id, d.day, side.sign * d.events
      FROM received_days d
     CROSS JOIN (VALUES (${from}::uuid, 1), (${to}::uuid, -1)) AS side(organization_id, sign)
     WHERE d.project_id = ${projectId}::uuid AND d.day >= ${since}::date
    ON CONFLICT (project_id, organization_id, day) DO UPDATE SET events = m.events + excluded.events`);
}
