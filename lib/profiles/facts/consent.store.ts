import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { CONSENT } from "@/lib/events/consent";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { NEWEST_TIMES } from "./person-history.store";

/** An event `e` that consentOf (lib/events/consent.ts) accepts. */
const IS_DECISION: Sql = sql`(e.kind = 'event' AND e.name = ${CONSENT}
    AND jsonb_typeof(e.properties -> 'granted') = 'boolean')`;

/**
 * Writes the latest decision of each of `people` about consent (lib/events/consent.ts) if it changed. The latest one
 * counts, whether it was sent for the user or a device: a person can withdraw consent after logging out. Call it after
 * writePersonHistory, whose ten most recent times show where to look: person_events_pkey, then one probe of
 * events_actor_ts_idx per lane and time; people without such events cost one probe. If none of the
 * ten is a decision, an earlier event may still be one: then the person's events are read backwards until it is found.
 */
export async function writeConsents(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  await tx.query(
    prepared(sql`
    WITH wanted AS MATERIALIZED (SELECT DISTINCT person FROM unnest(${people}::bigint[]) q(person)),
    deciders AS MATERIALIZED (
      SELECT w.person, x.newest
        FROM wanted w
        JOIN person_events x ON x.project_id = ${projectId} AND x.person = w.person AND x.name = ${CONSENT}),
    lanes AS MATERIALIZED (${lanesIn({ projectId }, sql`deciders`)}),
    recent AS MATERIALIZED (
      SELECT DISTINCT ON (d.person) d.person, e.ts, e.properties
        FROM deciders d
        JOIN lanes l ON l.person = d.person
       CROSS JOIN LATERAL unnest(d.newest) t(ts)
        JOIN events e ON e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts = t.ts
         AND t.ts >= l.from_ts AND t.ts < l.to_ts
       WHERE ${IS_DECISION}
       ORDER BY d.person, e.ts DESC, e.id DESC),
    earlier AS (
      SELECT DISTINCT ON (l.person) l.person, e.ts, e.properties
        FROM lanes l
       CROSS JOIN LATERAL (
         SELECT e.id, e.ts, e.properties FROM events e
          WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
            AND ${IS_DECISION}
          ORDER BY e.ts DESC, e.id DESC LIMIT 1) e
       WHERE l.person IN (SELECT person FROM deciders WHERE cardinality(newest) >= ${NEWEST_TIMES}
                          EXCEPT SELECT person FROM recent)
       ORDER BY l.person, e.ts DESC, e.id DESC),
    latest AS (SELECT * FROM recent UNION ALL SELECT * FROM earlier),
    found AS (
      SELECT w.person,
             CASE d.properties -> 'granted' WHEN 'true' THEN 'given' WHEN 'false' THEN 'withdrawn' END AS consent,
             CASE WHEN jsonb_typeof(d.properties -> 'version') IN ('string', 'number')
                  THEN nullif(left(d.properties ->> 'version', 255), '') END AS version, d.ts
        FROM wanted w LEFT JOIN latest d ON d.person = w.person)
    UPDATE profile_facts f SET (consent, consent_version, consent_at) = (n.consent, n.version, n.ts)
      FROM found n
     WHERE f.project_id = ${projectId} AND f.person = n.person
       AND (f.consent, f.consent_version, f.consent_at) IS DISTINCT FROM (n.consent, n.version, n.ts)`),
  );
}
