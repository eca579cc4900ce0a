import sql from "sql-template-tag";
import { type Pool, type Tx, transaction } from "@/lib/db/pool";
import { parseDay, startOfDay } from "@/lib/format/range";
import { dayKey, utcDay } from "@/lib/format/time";
import { isNotOwn, ownLanes } from "@/lib/overview/window.queries";
import { type AlertRef, toAlert } from "./alerts.queries";
import { type LockedRow, lockAlert } from "./alerts.store";
import { COMPARED_WEEKS, isUnusual, usualCountOf } from "./anomaly";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** A day is judged this long after its end, when most late events have arrived. */
const SETTLES_MS = 2 * HOUR_MS;

/** Days that no job judged in time, because the instance was off, are judged later if they are at most this old. */
const MAX_DAYS_BACK = 7;

/**
 * Judges each whole day of the last MAX_DAYS_BACK once for an alert on counts: events that arrive later do not change
 * the verdict. Locks the alert, so that two processes do not judge at once. The own team is not counted.
 * events_name_ts_idx: O(events of that name on nine days) for each day.
 */
export async function judgeCount(db: Pool, ref: AlertRef, now: number): Promise<void> {
  await transaction(db, async (tx) => {
    const row = await lockAlert(tx, ref.projectId, ref.id);
    const alert = row?.isOn ? toAlert(row) : null;
    if (!row || alert?.trigger.on !== "count") return;
    const { trigger, zone } = alert;
    const today = settledOn(now, zone);
    const judged = lastJudged(row, zone, today);
    for (let end = today - (MAX_DAYS_BACK - 1) * DAY_MS; end <= today; end += DAY_MS)
      if (end > judged && startOfDay(end, zone) > row.watchingSince)
        await judge(tx, ref, trigger.event, { today: end, zone }, now);
    await tx.query(sql`
      UPDATE alerts SET swept_at = ${new Date(now)}, judged_on = ${utcDay(Math.max(today, judged))}::date
       WHERE project_id = ${ref.projectId} AND id = ${ref.id}`);
  });
}

/** The day, as its UTC midnight, after the last day that is over and settled. */
const settledOn = (now: number, zone: string): number => parseDay(dayKey(now - SETTLES_MS, zone)) as number;

/**
 * The day before which all days are judged. Processes of earlier versions only record when they swept. A day in the
 * future was recorded while the server's clock was wrong, and is ignored.
 */
function lastJudged({ judgedOn, sweptAt }: LockedRow, zone: string, today: number): number {
  const days = [judgedOn === null ? null : parseDay(judgedOn), sweptAt === null ? null : settledOn(sweptAt, zone)];
  return Math.max(...days.map((day) => (day === null || day > today + DAY_MS ? Number.NEGATIVE_INFINITY : day)));
}

async function judge(
  tx: Tx,
  ref: AlertRef,
  event: string,
  { today, zone }: { today: number; zone: string },
  now: number,
) {
  const days = Array.from({ length: COMPARED_WEEKS + 1 }, (_, weeks) => {
    const after = today - weeks * 7 * DAY_MS;
    return { from: startOfDay(after - DAY_MS, zone), to: startOfDay(after, zone) };
  });
  const { rows } = await tx.query<{ count: number; isKnown: boolean }>(sql`
    WITH ${ownLanes(ref)}
    SELECT (SELECT count(*) FROM events e
             WHERE e.project_id = ${ref.projectId} AND e.kind = 'event' AND e.name = ${event}
               AND e.ts >= d.from_ts AND e.ts < d.to_ts AND ${isNotOwn(sql`e.actor_id`, sql`e.ts`)}) AS count,
           EXISTS (SELECT 1 FROM events e
                    WHERE e.project_id = ${ref.projectId} AND e.kind = 'event' AND e.name = ${event}
                      AND e.ts < d.to_ts) AS "isKnown"
      FROM unnest(${days.map(({ from }) => new Date(from).toISOString())}::timestamptz[],
                  ${days.map(({ to }) => new Date(to).toISOString())}::timestamptz[])
           WITH ORDINALITY AS d(from_ts, to_ts, position)
     ORDER BY d.position`);
  const [judged, ...history] = rows;
  const usual = usualCountOf(history.filter(({ isKnown }) => isKnown).map(({ count }) => count));
  if (!judged || !usual || !isUnusual(judged.count, usual)) return;
  const day = utcDay(today - DAY_MS);
  await tx.query(sql`
    INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, numbers)
    VALUES (${ref.projectId}, ${ref.id}, ${`day:${day}`}, ${new Date(startOfDay(today, zone))}, ${new Date(now)},
            ${JSON.stringify({ day, count: judged.count, ...usual })})
    ON CONFLICT DO NOTHING`);
}
