import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { NOT_INTERNAL, ownTeam } from "@/lib/identity/own-team.queries";
import type { Scope } from "@/lib/scope";

/** A window of time [from, to), in ms. */
export type TimeWindow = { from: number; to: number };

/** Whether the event `e` is in the window. */
export const inWindow = (scope: Scope, { from, to }: TimeWindow): Sql =>
  sql`e.project_id = ${scope.projectId} AND e.kind = 'event'
    AND e.ts >= ${timestamp(from)} AND e.ts < ${timestamp(to)}`;

/**
 * The CTE `own_lanes`, with `own`: the lanes of the own team, whose events and sessions are never counted. As they are
 * few, counts over everybody stay index-only and theirs are subtracted.
 */
export const ownLanes = (scope: Pick<Scope, "projectId">): Sql => sql`
  own AS MATERIALIZED (${ownTeam(scope.projectId)}),
  own_lanes AS MATERIALIZED (${lanesIn(scope, sql`own`)})`;

/** Columns of the own team's events `e` in the window. Needs `own_lanes`. One range of events_actor_ts_idx per lane. */
export const ownEvents = (scope: Scope, { from, to }: TimeWindow, columns: Sql): Sql => sql`
  SELECT e.* FROM own_lanes l
   CROSS JOIN LATERAL (
     SELECT ${columns} FROM events e
      WHERE e.project_id = ${scope.projectId} AND e.actor_id = l.actor_id AND e.kind = 'event'
        AND e.ts >= greatest(l.from_ts, ${timestamp(from)}::timestamptz)
        AND e.ts < least(l.to_ts, ${timestamp(to)}::timestamptz)
     OFFSET 0) e`;

/** Whether a row of this actor at this time does not belong to the own team. */
export const isNotOwn = (actor: Sql, ts: Sql): Sql => sql`NOT EXISTS (
  SELECT 1 FROM own_lanes l WHERE l.actor_id = ${actor} AND l.from_ts <= ${ts} AND l.to_ts > ${ts})`;

/**
 * How many people signed up in the window, without customers who predate the first event (docs/sign-up.md).
 * profile_facts_signed_up_idx.
 */
export const signUpsIn = (scope: Scope, { from, to }: TimeWindow): Sql => sql`
  (SELECT count(*) FROM profile_facts f
    WHERE f.project_id = ${scope.projectId} AND NOT f.anonymous AND ${NOT_INTERNAL}
      AND f.signed_up_at >= ${timestamp(from)} AND f.signed_up_at < ${timestamp(to)}
      AND f.sign_up IS DISTINCT FROM 'existing')`;
