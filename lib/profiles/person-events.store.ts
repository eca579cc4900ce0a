import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";

/**
 * Counts what `people` did (each event's name: how often, first and last, whatever its age) and writes what changed. To be called
 * after writeFacts in its transaction: people without facts have no counts either, and a reading that is older than the facts would
 * never be found out. O(events of these people): lanes as in writeFacts, each a range of events_actor_ts_idx; person_events_pkey.
 */
export async function writePersonEvents(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  await tx.query(
    prepared(sql`
    WITH wanted AS MATERIALIZED (SELECT DISTINCT person FROM unnest(${people}::bigint[]) q(person)),
    known AS (
      SELECT w.person FROM wanted w JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = w.person),
    lanes AS MATERIALIZED (
      SELECT w.person, i.id AS actor_id, '-infinity'::timestamptz AS from_ts, 'infinity'::timestamptz AS to_ts
        FROM known w JOIN identities i ON i.project_id = ${projectId} AND i.profile_id = w.person
      UNION ALL
      SELECT w.person, s.stream_id, s.from_ts, s.to_ts
        FROM known w JOIN identities i ON i.project_id = ${projectId} AND i.profile_id = w.person
        JOIN spans s ON s.project_id = ${projectId} AND s.owner_id = i.id
      UNION ALL
      SELECT w.person, s.stream_id, s.from_ts, s.to_ts
        FROM known w JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = -w.person AND s.owner_id IS NULL),
    counted AS MATERIALIZED (
      SELECT l.person, e.name, sum(e.events)::int AS events, min(e.first_at) AS first_at, max(e.last_at) AS last_at
        FROM lanes l CROSS JOIN LATERAL (
          SELECT e.name, count(*) AS events, min(e.ts) AS first_at, max(e.ts) AS last_at FROM events e
           WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts AND e.kind = 'event'
           GROUP BY e.name) e
       GROUP BY l.person, e.name),
    kept AS MATERIALIZED (
      SELECT x.person, x.name, x.events, x.first_at, x.last_at
        FROM wanted w JOIN person_events x ON x.project_id = ${projectId} AND x.person = w.person),
    gone AS (
      DELETE FROM person_events x
       USING (SELECT person, name FROM kept EXCEPT SELECT person, name FROM counted) g
       WHERE x.project_id = ${projectId} AND x.person = g.person AND x.name = g.name)
    INSERT INTO person_events (project_id, person, name, events, first_at, last_at)
    SELECT ${projectId}::uuid, c.person, c.name, c.events, c.first_at, c.last_at
      FROM (SELECT person, name, events, first_at, last_at FROM counted EXCEPT SELECT person, name, events, first_at, last_at FROM kept) c
     ORDER BY c.person, c.name
    ON CONFLICT (project_id, person, name) DO UPDATE
      SET (events, first_at, last_at) = (excluded.events, excluded.first_at, excluded.last_at)`),
  );
}
