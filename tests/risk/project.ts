import { pool } from "@/lib/db/pool";
import { FACTS_VERSION } from "@/lib/profiles/facts/facts.store";
import type { History } from "@/lib/risk/history";
import { grantScope, type Scope } from "@/lib/scope";
import { FIRST_DAY } from "@/scripts/risk/populations";
import { makeModelProject } from "../identity/run";

const DAY_MS = 86_400_000;
/** Noon of a day in the invented people's history; the last whole day is the one before. */
export const TODAY = FIRST_DAY + 300;
export const NOW = TODAY * DAY_MS + DAY_MS / 2;

/** A project of these people as the facts job would have it. */
export async function projectOf(people: readonly History[]): Promise<Scope> {
  const { id } = await makeModelProject(pool());
  const known = people.flatMap(({ person, days }) => {
    const own = days.filter((day) => day < TODAY);
    return own.length > 0 ? [{ person, days: own }] : [];
  });
  await pool().query(
    `WITH q AS (SELECT * FROM json_to_recordset($2::json) AS q(person bigint, days int[])),
     d AS (INSERT INTO person_days (project_id, person, day, events, first_at, last_at)
           SELECT $1, person, DATE '1970-01-01' + day, 1, (DATE '1970-01-01' + day)::timestamp AT TIME ZONE 'UTC', (DATE '1970-01-01' + day)::timestamp AT TIME ZONE 'UTC'
             FROM q CROSS JOIN unnest(days) day),
     p AS (INSERT INTO profiles (project_id, id, display_id, props, search_text, created_at) SELECT $1, person, 'u' || person, '{}', 'u' || person, now() FROM q),
     s AS (INSERT INTO profile_stats (project_id, profile_id, first_seen, last_seen, event_count)
           SELECT $1, person, to_timestamp(days[1] * 86400.0), to_timestamp(days[cardinality(days)] * 86400.0), cardinality(days) FROM q)
     INSERT INTO profile_facts (project_id, person, first_seen, last_seen, event_count, sessions, active_days, days_7, days_30, days_90, events_7, events_30, events_90, handle, stopped, computed_on, version)
     SELECT $1, person, to_timestamp(days[1] * 86400.0), to_timestamp(days[cardinality(days)] * 86400.0), cardinality(days), 1, cardinality(days), 0, 0, 0, 0, 0, 0,
            'u' || person, CASE WHEN person % 2 = 0 THEN 'export' END, current_date, ${FACTS_VERSION} FROM q`,
    [id, JSON.stringify(known)],
  );
  return grantScope(id, "member:test");
}
