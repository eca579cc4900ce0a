import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { type Context, sourceOf } from "@/lib/events/context";
import { contextOrder } from "@/lib/events/context-order.queries";
import { lanesOfRecentPeople } from "@/lib/identity/lanes.queries";
import { PERSON_COLUMNS, personOf, type RecentPerson } from "@/lib/identity/owner.queries";
import type { Scope } from "@/lib/scope";
import type { SessionRow } from "./types";
import { entryPage, exitPage } from "./visit-pages.queries";

export type RecentSession = SessionRow & { person: RecentPerson };

/**
 * The project's newest visits, by when they were last active, at most `limit` (1 to 200). As recentEvents in
 * lib/timeline, by way of the people seen last and sessions_actor_started_idx. A visit that spans a login is one row,
 * as in sessions.queries.ts.
 */
export async function recentSessions(scope: Scope, limit: number): Promise<RecentSession[]> {
  type Row = Omit<RecentSession, "person" | "source" | "durationMs"> & {
    context: Context;
    ref: RecentPerson["ref"];
    personName: string | null;
  };
  const { rows } = await pool().query<Row>(
    prepared(sql`
      WITH ${lanesOfRecentPeople(scope, limit)},
      visits AS (
        SELECT l.kind AS person_kind, l.person, x.session_id,
               min(x.started_at) AS started_at,
               max(x.ended_at) AS ended_at,
               sum(x.event_count)::bigint AS events,
               sum(x.page_views)::bigint AS page_views,
               sum(x.revenue)::bigint AS revenue,
               ${entryPage(sql`x`)} AS entry_page,
               ${exitPage(sql`x`)} AS exit_page,
               (array_agg(x.context ORDER BY ${contextOrder(sql`x`)}))[1] AS context
          FROM lanes l
         CROSS JOIN LATERAL (
            SELECT x.* FROM sessions x
             WHERE x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
               AND x.started_at >= l.from_ts AND x.started_at < l.to_ts
             ORDER BY x.started_at DESC LIMIT ${limit}) x
         GROUP BY l.kind, l.person, x.session_id
         ORDER BY max(x.ended_at) DESC, x.session_id DESC
         LIMIT ${limit})
      SELECT v.session_id AS id, v.started_at AS "startedAt", v.ended_at AS "endedAt", v.events,
             v.page_views AS "pageViews", v.revenue,
             v.entry_page AS "entryPage", v.exit_page AS "exitPage", v.context, v.context->>'device' AS device,
             v.context->>'browser' AS browser, v.context->>'os' AS os, v.context->>'country' AS country,
             v.context->>'city' AS city, v.context->>'referrer' AS referrer, ${PERSON_COLUMNS}
        FROM visits v ${personOf(scope, sql`v.person_kind`, sql`v.person`)}
       ORDER BY v.ended_at DESC, v.session_id DESC`),
  );
  return rows.map(({ ref, personName, context, ...session }) => ({
    ...session,
    durationMs: session.endedAt - session.startedAt,
    source: sourceOf(context),
    person: { ref, name: personName },
  }));
}
