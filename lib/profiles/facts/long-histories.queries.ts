import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { splitNumbers } from "@/lib/identity/person-ref";

/** For lanes with more events than this, only the newest are read, and active days are probed one by one. */
export const LONG_LANE = 5_000;

/**
 * Which of these people have more than `events` events: computing their facts reads each of those. profile_stats_pkey,
 * spans_pkey; one probe each.
 */
export async function longHistories(
  db: Database,
  projectId: string,
  people: readonly number[],
  events: number,
): Promise<Set<number>> {
  const { profiles, visitors } = splitNumbers(people);
  const { rows } = await db.query<{ person: number }>(sql`
    SELECT profile_id AS person FROM profile_stats
     WHERE project_id = ${projectId} AND profile_id = ANY(${profiles}::bigint[])
       AND event_count > ${events}
    UNION ALL
    SELECT -stream_id FROM spans
     WHERE project_id = ${projectId} AND stream_id = ANY(${visitors}::bigint[]) AND owner_id IS NULL
     GROUP BY stream_id HAVING sum(event_count) > ${events}`);
  return new Set(rows.map((row) => row.person));
}

/**
 * The UTC days on which the long lanes of these people were active; for most there are none. A lane that becomes long
 * meanwhile is covered once its new events are read. Like longHistories, then one probe of events_actor_ts_idx per day.
 */
export async function daysOfLongLanes(
  db: Database,
  projectId: string,
  people: readonly number[],
): Promise<{ person: number; day: string }[]> {
  const long = await longHistories(db, projectId, people, LONG_LANE);
  if (long.size === 0) return [];
  const { rows } = await db.query<{ person: number; day: string }>(sql`
    WITH RECURSIVE wanted AS MATERIALIZED (SELECT person FROM unnest(${[...long]}::bigint[]) q(person)),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`wanted`, { withActivity: true })}),
    walk AS (
      SELECT l.person, l.actor_id, l.from_ts, l.to_ts, l.to_ts AS ts FROM lanes l WHERE l.event_count > ${LONG_LANE}
      UNION ALL
      SELECT w.person, w.actor_id, w.from_ts, w.to_ts, e.ts FROM walk w CROSS JOIN LATERAL (
        SELECT e.ts FROM events e
         WHERE e.project_id = ${projectId} AND e.actor_id = w.actor_id AND e.ts >= w.from_ts AND e.active
           AND e.ts < CASE WHEN isfinite(w.ts) AND w.ts <> w.to_ts THEN date_trunc('day', w.ts, 'UTC') ELSE w.ts END
         ORDER BY e.ts DESC LIMIT 1) e)
    SELECT DISTINCT person, (ts AT TIME ZONE 'UTC')::date::text AS day
      FROM walk
     WHERE isfinite(ts) AND ts <> to_ts`);
  return rows;
}
