import sql, { type Sql } from "sql-template-tag";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { lanesOf } from "@/lib/identity/lanes.queries";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** When somebody was last active (ms), and their last page, if viewed within the hour before that. */
export type PresenceFacts = { lastSeen: number | null; path: string | null; title: string | null };

/** When and where somebody was last active. Throws not_found for an unknown ref. */
export async function presenceOf(scope: Scope, who: PersonOrRef): Promise<PresenceFacts> {
  const person = await requirePerson(scope, who);
  const { rows } = await reading(scope).query<PresenceFacts>(presenceQuery(scope, person));
  return rows[0] ?? { lastSeen: null, path: null, title: null };
}

/**
 * The newest active event, then the newest page view within the hour before it. Each is one probe of
 * events_actor_ts_idx per lane.
 */
export const presenceQuery = (scope: Scope, person: Person): Sql => sql`
  WITH lanes AS (${lanesOf(scope, person)}),
  newest AS (
    SELECT max(h.ts) AS ts FROM lanes l CROSS JOIN LATERAL (
      SELECT e.ts FROM events e
       WHERE e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
         AND e.ts >= l.from_ts AND e.ts < l.to_ts AND e.active
       ORDER BY e.ts DESC, e.id DESC LIMIT 1) h)
  SELECT n.ts AS "lastSeen", p.path, p.title
    FROM newest n LEFT JOIN LATERAL (
      SELECT v.* FROM lanes l CROSS JOIN LATERAL (
        SELECT e.ts, e.path, e.title FROM events e
         WHERE e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
           AND e.ts >= n.ts - interval '1 hour' AND e.ts <= n.ts AND e.kind = 'event'
           AND e.name = ANY(${PAGE_VIEW_NAMES})
         ORDER BY e.ts DESC, e.id DESC LIMIT 1) v
       ORDER BY v.ts DESC LIMIT 1) p ON true`;
