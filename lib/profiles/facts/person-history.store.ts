import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { addDays, countedPeople } from "@/lib/profiles/active-counts.store";

/**
 * How many of the most recent times are kept per event name: the tenth answers "at least 10 times in the last 30 days".
 */
export const NEWEST_TIMES = 10;

/**
 * Counts what `people` did, by event name (person_events: how often, first and last ever, and the most recent times)
 * and by UTC day of activity (person_days: how often, first and last, counted like first_seen and last_seen), and
 * writes what changed, with the sums over those days (active-counts.store). Call it after writeFacts in the same
 * transaction: people without facts have no counts either, and counts older than the facts would never be noticed.
 * O(events of these people), read once: lanes as in writeFacts, each a range of events_actor_ts_idx;
 * person_events_pkey, person_days_pkey.
 */
export async function writePersonHistory(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  await tx.query(
    prepared(sql`
    WITH wanted AS MATERIALIZED (SELECT DISTINCT person FROM unnest(${people}::bigint[]) q(person)),
    people_with_facts AS (
      SELECT w.person FROM wanted w JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = w.person),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`people_with_facts`)}),
    seen AS MATERIALIZED (
      SELECT l.person, e.name, e.ts, e.active, e.kind = 'event' AS is_event
        FROM lanes l CROSS JOIN LATERAL (
          SELECT e.name, e.ts, e.active, e.kind FROM events e
           WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
             AND (e.active OR e.kind = 'event')
           ORDER BY e.ts DESC, e.id DESC) e),
    counted AS MATERIALIZED (
      SELECT person, name, count(*)::int AS events, min(ts) AS first_at, max(ts) AS last_at,
             (array_agg(ts ORDER BY ts DESC))[1:${NEWEST_TIMES}] AS newest
        FROM seen WHERE is_event GROUP BY person, name),
    stored AS MATERIALIZED (
      SELECT x.person, x.name, x.events, x.first_at, x.last_at, x.newest
        FROM wanted w JOIN person_events x ON x.project_id = ${projectId} AND x.person = w.person),
    deleted_events AS (
      DELETE FROM person_events x
       USING (SELECT person, name FROM stored EXCEPT SELECT person, name FROM counted) g
       WHERE x.project_id = ${projectId} AND x.person = g.person AND x.name = g.name),
    days AS MATERIALIZED (
      SELECT person, (ts AT TIME ZONE 'UTC')::date AS day, count(*)::int AS events, min(ts) AS first_at,
             max(ts) AS last_at
        FROM seen WHERE active GROUP BY 1, 2),
    stored_days AS MATERIALIZED (
      SELECT x.person, x.day, x.events, x.first_at, x.last_at
        FROM wanted w JOIN person_days x ON x.project_id = ${projectId} AND x.person = w.person),
    deleted_days AS (
      DELETE FROM person_days x
       USING (SELECT person, day FROM stored_days EXCEPT SELECT person, day FROM days) g
       WHERE x.project_id = ${projectId} AND x.person = g.person AND x.day = g.day),
    written_days AS (
      INSERT INTO person_days (project_id, person, day, events, first_at, last_at)
      SELECT ${projectId}::uuid, d.person, d.day, d.events, d.first_at, d.last_at
        FROM (SELECT * FROM days EXCEPT SELECT * FROM stored_days) d
       ORDER BY d.day, d.person
      ON CONFLICT (project_id, person, day) DO UPDATE
        SET (events, first_at, last_at) = (excluded.events, excluded.first_at, excluded.last_at)),
    ${countedPeople(projectId, sql`wanted`)},
    changed AS MATERIALIZED (
      SELECT q.person, min(q.day) AS day
        FROM ((SELECT person, day, first_at, last_at FROM days
               EXCEPT SELECT person, day, first_at, last_at FROM stored_days)
              UNION ALL
              (SELECT person, day, first_at, last_at FROM stored_days
               EXCEPT SELECT person, day, first_at, last_at FROM days)) q
        JOIN counted_people p ON p.person = q.person
       GROUP BY q.person),
    changed_from AS MATERIALIZED (
      SELECT c.person, coalesce(max(d.day), c.day) AS day
        FROM changed c LEFT JOIN stored_days d ON d.person = c.person AND d.day < c.day
       GROUP BY c.person, c.day),
    ${addDays(
      projectId,
      sql`
      SELECT 1 AS sign, d.person, d.day, d.first_at, d.last_at
        FROM changed_from s JOIN days d ON d.person = s.person AND d.day >= s.day
      UNION ALL
      SELECT -1, d.person, d.day, d.first_at, d.last_at
        FROM changed_from s JOIN stored_days d ON d.person = s.person AND d.day >= s.day`,
    )}
    INSERT INTO person_events (project_id, person, name, events, first_at, last_at, newest)
    SELECT ${projectId}::uuid, c.person, c.name, c.events, c.first_at, c.last_at, c.newest
      FROM (SELECT * FROM counted EXCEPT SELECT * FROM stored) c
     ORDER BY c.person, c.name
    ON CONFLICT (project_id, person, name) DO UPDATE
      SET (events, first_at, last_at, newest)
        = (excluded.events, excluded.first_at, excluded.last_at, excluded.newest)`),
  );
}
