import sql, { type Sql } from "sql-template-tag";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { boundsOf, eventProperty } from "./behaviour.queries";
import { and } from "./property.queries";
import type { ConditionOf, Window } from "./rule";

/** Conditions that only a person's own rows can answer, so people are tested one by one: `f` is the person. */

type Context = { projectId: string; now: number; counted: boolean };

/**
 * A window's bounds as timestamptz; NULL, which contains nothing, for a life without that moment. Do not pass them to
 * greatest() or least(), which ignore NULL.
 */
export function endsOf(window: Window, { projectId, now, counted }: Context): { from: Sql; before: Sql } {
  if (!("within" in window)) {
    const { from, before } = boundsOf(window, now);
    return { from: sql`${from}::timestamptz`, before: sql`${before}::timestamptz` };
  }
  const { of, after = 0, within } = window;
  const at = typeof of !== "string" ? firstTime(projectId, of.event, counted) : MOMENTS[of];
  const later = (days: number) => sql`(${at} + make_interval(hours => ${days * 24}::int))`;
  return { from: later(after), before: later(after + within) };
}

const MOMENTS = { firstSeen: sql`f.first_seen`, signedUp: sql`f.signed_up_at` };

const lanes = (projectId: string): Sql => lanesIn({ projectId }, sql`(SELECT f.person)`);

const firstTime = (projectId: string, event: string, counted: boolean): Sql =>
  counted
    ? sql`(SELECT y.first_at FROM person_events y
            WHERE y.project_id = ${projectId} AND y.person = f.person AND y.name = ${event})`
    : sql`(SELECT min(e.ts) FROM (${lanes(projectId)}) l
             JOIN events e ON e.project_id = ${projectId} AND e.actor_id = l.actor_id
              AND e.ts >= l.from_ts AND e.ts < l.to_ts
            WHERE e.kind = 'event' AND e.name = ${event})`;

/** The events of a person in the window that match `which`, each lane a range of events_actor_ts_idx. */
const eventsSql = (window: Window, context: Context, columns: Sql, which: Sql): Sql => {
  const { from, before } = endsOf(window, context);
  return sql`
    SELECT ${columns}
      FROM (${lanes(context.projectId)}) l
     CROSS JOIN LATERAL (
       SELECT e.ts FROM events e
        WHERE e.project_id = ${context.projectId} AND e.actor_id = l.actor_id
          AND e.ts >= l.from_ts AND e.ts < l.to_ts AND e.ts >= ${from} AND e.ts < ${before} AND ${which}
       OFFSET 0) e`;
};

/** Did anything with these properties that often: O(their events of the window), and no more than needed. */
export function didAnySql({ is, n, where, window }: ConditionOf<"didAny">, context: Context): Sql {
  const matching = and([sql`e.kind = 'event'`, ...where.map((one) => eventProperty(one, context.now))]);
  const some = eventsSql(window, context, sql`1`, matching);
  return oftenSql(sql`(SELECT count(*) FROM (${some} LIMIT ${n + 1}) c)`, is, n);
}

/**
 * Was active on this many UTC days (person_days_pkey), or started this many sessions (sessions_actor_started_idx). A
 * day counts if its first or last event is in the window or the window lies between them, which is exact for windows of
 * a day or more.
 */
export function activeSql({ of, is, n, window }: ConditionOf<"active">, context: Context): Sql {
  const { projectId, counted } = context;
  const { from, before } = endsOf(window, context);
  if (of === "visits")
    return oftenSql(sql`(SELECT count(DISTINCT x.session_id) ${visitsFrom(projectId, from, before)})`, is, n);
  if (!counted) {
    const days = eventsSql(window, context, sql`(e.ts AT TIME ZONE 'UTC')::date AS day`, sql`e.active`);
    return oftenSql(sql`(SELECT count(DISTINCT day) FROM (${days}) c)`, is, n);
  }
  return oftenSql(
    sql`(SELECT count(*) FROM person_days d
          WHERE d.project_id = ${projectId} AND d.person = f.person AND ${dayWithin(from, before)})`,
    is,
    n,
  );
}

/** The sessions that started in the window. */
const visitsFrom = (projectId: string, from: Sql, before: Sql): Sql => sql`
  FROM (${lanes(projectId)}) l
  JOIN sessions x ON x.project_id = ${projectId} AND x.actor_id = l.actor_id
   AND x.started_at >= l.from_ts AND x.started_at < l.to_ts AND x.started_at >= ${from} AND x.started_at < ${before}`;

/** `d` (person_days) is a day of the window; the bounds on the day itself are for the index. */
export const dayWithin = (from: Sql, before: Sql): Sql => sql`
  (d.day >= (${from} AT TIME ZONE 'UTC')::date AND d.day <= (${before} AT TIME ZONE 'UTC')::date
   AND d.last_at >= ${from} AND d.first_at < ${before})`;

function oftenSql(count: Sql, is: "atLeast" | "atMost" | "exactly", n: number): Sql {
  if (is === "exactly") return sql`${count} = ${n}`;
  return is === "atLeast" ? sql`${count} >= ${n}` : sql`${count} <= ${n}`;
}

/** A time of the person that is in a window of their life. */
export const timeWithinSql = (time: Sql, window: Window, context: Context): Sql => {
  const { from, before } = endsOf(window, context);
  return sql`(${time} >= ${from} AND ${time} < ${before})`;
};
