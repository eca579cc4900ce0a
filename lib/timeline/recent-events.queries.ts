import sql, { type Sql } from "sql-template-tag";
import { prepared } from "@/lib/db/statement";
import { lanesOfRecentPeople } from "@/lib/identity/lanes.queries";
import { joinPerson, kindSql, PERSON_COLUMNS, type RecentPerson, refSql } from "@/lib/identity/person-ref.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import type { TimelineEvent } from "./types";

export type RecentEvent = Omit<TimelineEvent, "attribution"> & { person: RecentPerson };

/**
 * The project's newest activity, newest first, at most `limit` (1 to 200) events, without the own team unless
 * `withInternal`. There is no index on time alone, and none is needed: the newest events belong to the people seen
 * last, so it reads `limit` people from profile_stats_last_min_idx and spans_visitors_idx, and the newest events of
 * each of their lanes from events_actor_ts_idx. Events that are not activity (a server's identify, passive events) may
 * be missing.
 */
export async function recentEvents(scope: Scope, limit: number, { withInternal = false } = {}): Promise<RecentEvent[]> {
  type Row = Omit<RecentEvent, "person"> & { ref: RecentPerson["ref"]; personName: string | null };
  const { rows } = await reading(scope).query<Row>(prepared(recentEventsQuery(scope, limit, withInternal)));
  return rows.map(({ ref, personName, ...event }) => ({ ...event, person: { ref, name: personName } }));
}

export const recentEventsQuery = (scope: Scope, limit: number, withInternal = false): Sql => sql`
    WITH ${lanesOfRecentPeople(scope, limit, withInternal)},
    newest AS (
      SELECT ${kindSql(sql`l.person`)} AS person_kind, abs(l.person) AS person, e.*
        FROM lanes l
       CROSS JOIN LATERAL (
          SELECT e.*
            FROM events e
           WHERE e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id
             AND e.ts >= l.from_ts AND e.ts < l.to_ts
             AND e.kind IN ('event', 'identify') AND NOT e.unchanged
           ORDER BY e.ts DESC, e.id DESC LIMIT ${limit}) e
       ORDER BY e.ts DESC, e.id DESC LIMIT ${limit})
    SELECT n.id, n.name, n.kind, n.ts, n.session_id AS "sessionId", ${refSql(sql`a.kind`, sql`a.ext_id`)} AS actor,
           n.origin, n.path, n.title, n.referrer, n.device, n.browser, n.os, n.country, n.city, n.revenue,
           coalesce(n.groups, '{}') AS groups, n.properties, coalesce(n.warnings, '{}') AS warnings,
           ${PERSON_COLUMNS}
      FROM newest n
      JOIN identities a ON a.project_id = ${scope.projectId} AND a.id = n.actor_id
      ${joinPerson(scope, sql`n.person_kind`, sql`n.person`)}
     ORDER BY n.ts DESC, n.id DESC`;

/**
 * The project's newest event by id, which for UUIDv7s is the order of capture; null before the first one. One step in
 * events_pkey.
 */
export async function newestEvent(
  scope: Scope,
): Promise<{ name: string; path: string | null; receivedAt: number } | null> {
  const { rows } = await reading(scope).query<{ name: string; path: string | null; receivedAt: number }>(
    prepared(sql`
      SELECT name, path, received_at AS "receivedAt" FROM events
       WHERE project_id = ${scope.projectId} ORDER BY id DESC LIMIT 1`),
  );
  return rows[0] ?? null;
}
