import sql, { empty, type Sql } from "sql-template-tag";
import { utcDay } from "@/lib/format/time";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { OWNER_NUMBER } from "@/lib/identity/person-ref.queries";
import { codeOf } from "@/lib/lifecycle/states";
import { NEWEST_TIMES } from "@/lib/profiles/facts/person-history.store";
import {
  type BehaviourSet,
  boundsOf,
  datedSql,
  EVER,
  eventProperty,
  isNegated,
  minCountOf,
  peopleWhoDid,
} from "./behaviour.queries";
import { andSql, countSql } from "./property.queries";
import type { Behaviour, ConditionOf, LifeMoment, LifeWindow, RuleWindow } from "./rule";

/**
 * Conditions on a person's own life: its states, windows that begin at a moment of it, and conditions that only their
 * own rows can answer, so that people are tested one by one (`f` is the person).
 */

type Context = { projectId: string; now: number; counted: boolean };

/**
 * A window's bounds as timestamptz; NULL, for an empty window, if a life does not have its moment. Do not pass them to
 * greatest() or least(), which ignore NULL.
 */
export function endsOf(window: RuleWindow, { projectId, now, counted }: Context): { from: Sql; before: Sql } {
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

/** The events of a person in the window that match `which`: one range of events_actor_ts_idx per lane. */
const eventsSql = (window: RuleWindow, context: Context, columns: Sql, which: Sql): Sql => {
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

/** Whether a person did anything that often, or was active on that many days or in that many visits. */
export const ownSql = (condition: ConditionOf<"didAny"> | ConditionOf<"active">, context: Context): Sql =>
  condition.kind === "active" ? activeSql(condition, context) : didAnySql(condition, context);

/**
 * Whether they did anything with these properties that often. O(their events in the window), up to the required number.
 */
function didAnySql({ is, n, where, window }: ConditionOf<"didAny">, context: Context): Sql {
  const matching = andSql([sql`e.kind = 'event'`, ...where.map((one) => eventProperty(one, context.now))]);
  const some = eventsSql(window, context, sql`1`, matching);
  return countSql(sql`(SELECT count(*) FROM (${some} LIMIT ${n + 1}) c)`, is, n);
}

/**
 * Whether they were active on that many UTC days (person_days_pkey), or started that many sessions
 * (sessions_actor_started_idx). A day counts if its first or last event is in the window, or the window lies between
 * them, which is exact for windows of a day or more.
 */
function activeSql({ of, is, n, window }: ConditionOf<"active">, context: Context): Sql {
  const { projectId, counted } = context;
  const { from, before } = endsOf(window, context);
  if (of === "visits")
    return countSql(sql`(SELECT count(DISTINCT x.session_id) ${visitsFrom(projectId, from, before)})`, is, n);
  if (!counted) {
    const days = eventsSql(window, context, sql`(e.ts AT TIME ZONE 'UTC')::date AS day`, sql`e.active`);
    return countSql(sql`(SELECT count(DISTINCT day) FROM (${days}) c)`, is, n);
  }
  return countSql(
    sql`(SELECT count(*) FROM person_days d
          WHERE d.project_id = ${projectId} AND d.person = f.person AND ${dayWithin(from, before)})`,
    is,
    n,
  );
}

/** FROM for the sessions `x` that started in the window. */
const visitsFrom = (projectId: string, from: Sql, before: Sql): Sql => sql`
  FROM (${lanes(projectId)}) l
  JOIN sessions x ON x.project_id = ${projectId} AND x.actor_id = l.actor_id
   AND x.started_at >= l.from_ts AND x.started_at < l.to_ts AND x.started_at >= ${from} AND x.started_at < ${before}`;

/** Whether `d` (person_days) is a day of the window. The bounds on the day itself are for the index. */
export const dayWithin = (from: Sql, before: Sql): Sql => sql`
  (d.day >= (${from} AT TIME ZONE 'UTC')::date AND d.day <= (${before} AT TIME ZONE 'UTC')::date
   AND d.last_at >= ${from} AND d.first_at < ${before})`;

/** Whether a time of a person is in a window of their life. */
export const timeWithinSql = (time: Sql, window: RuleWindow, context: Context): Sql => {
  const { from, before } = endsOf(window, context);
  return sql`(${time} >= ${from} AND ${time} < ${before})`;
};

/**
 * People who were in one of the states on a day: `people`, all of them (one range of person_states_state_idx per state,
 * for states that have ended since and for those that still last); `probe`, whether `f` was (person_states_pkey,
 * backwards from the day).
 */
export function stateSql(projectId: string, condition: ConditionOf<"state">, now: number): { people: Sql; probe: Sql } {
  const day = sql`${condition.on ?? utcDay(now)}::date`;
  const states = sql`${condition.values.map(codeOf)}::smallint[]`;
  return {
    people: sql`
      SELECT s.person
        FROM person_states s
       WHERE s.project_id = ${projectId} AND s.state = ANY(${states}) AND s.until > ${day} AND s.since <= ${day}`,
    probe: sql`
      coalesce((
        SELECT s.until > ${day} AND s.state = ANY(${states})
          FROM person_states s
         WHERE s.project_id = ${projectId} AND s.person = f.person AND s.since <= ${day}
         ORDER BY s.since DESC
         LIMIT 1), false)`,
  };
}

type LifeBehaviour = Behaviour & { window: LifeWindow };

/** A behaviour, within dates or in a window of each person's life; null: it holds for everyone. */
export function behaviourSql(condition: Behaviour, { projectId, now, counted }: Context): BehaviourSet | null {
  const { window } = condition;
  return !("within" in window)
    ? datedSql(projectId, { ...condition, window }, now, counted)
    : lifeSql(projectId, { ...condition, window }, now, counted);
}

/**
 * A behaviour within a window of each person's own life; null: it holds for everyone. `counted`: everybody's lifetime
 * counts are available. `x` is a person's row of person_events, `l` has the window's start (`at`) and end (`until`).
 *
 * With counts: person_events_name_idx (the name's rows) joined with profile_facts by person. First times answer "once"
 * and "for the first time", the last ten times answer for people who did it no more often than that; only of the others
 * are the events of the window counted (events_actor_ts_idx), up to the number in the rule. Conditions on properties,
 * and projects without counts: one scan of all events of the name (events_name_ts_idx), each with its person. `probe`:
 * the same for one person, by primary keys.
 */
function lifeSql(projectId: string, condition: LifeBehaviour, now: number, counted: boolean): BehaviourSet | null {
  if (condition.kind === "did" && condition.is === "atLeast" && condition.n === 0) return null;
  const negated = isNegated(condition);
  if (!counted) return { people: walk(projectId, condition, now, false), negated, scansEvents: true };
  const filtered = condition.kind === "did" && condition.where.length > 0;
  const ofEvent = sql`x.project_id = ${projectId} AND x.name = ${condition.event}`;
  const from = sql`person_events x JOIN (${moments(projectId, condition.window, true)}) l ON l.person = x.person`;
  const holds = holdsFor(projectId, condition, now);
  const isExact =
    condition.kind === "firstDid" || (minCountOf(condition) === 1 && typeof condition.window.of === "string");
  return {
    people: filtered
      ? walk(projectId, condition, now, true)
      : sql`SELECT x.person FROM ${from} WHERE ${ofEvent} AND ${holds}`,
    // OFFSET 0 as in lifetimeSql.
    probe: sql`(EXISTS (SELECT 1 FROM ${from} WHERE x.person = f.person AND ${ofEvent} AND ${holds} OFFSET 0))`,
    negated,
    scansEvents: filtered || !isExact,
  };
}

/** The window of everybody who has had its moment, as rows person, at, until. */
function moments(projectId: string, { within, of, after = 0 }: LifeWindow, counted: boolean): Sql {
  const later = (at: Sql, days: number) => (days === 0 ? at : sql`${at} + make_interval(hours => ${days * 24}::int)`);
  const ends = (at: Sql) => sql`${later(at, after)} AS at, ${later(at, after + within)} AS until`;
  if (typeof of !== "string") return eventMoments(projectId, of, ends, counted);
  const at = of === "firstSeen" ? sql`a.first_seen` : sql`a.signed_up_at`;
  return sql`
    SELECT a.person, ${ends(at)} FROM profile_facts a
     WHERE a.project_id = ${projectId} AND ${at} IS NOT NULL`;
}

function eventMoments(
  projectId: string,
  { event }: Exclude<LifeMoment, string>,
  ends: (at: Sql) => Sql,
  counted: boolean,
): Sql {
  if (!counted) return peopleWhoDid(projectId, event, [], EVER, 0, sql`person, ${ends(sql`min(first)`)}`);
  return sql`
    SELECT y.person, ${ends(sql`y.first_at`)} FROM person_events y
     WHERE y.project_id = ${projectId} AND y.name = ${event}`;
}

/** Whether a count is in the set's range. */
function enough({ is, n }: ConditionOf<"did">, count: Sql): Sql {
  return is === "exactly" && n > 0
    ? sql`${count} = ${n}`
    : sql`${count} >= ${minCountOf({ is, n } as ConditionOf<"did">)}`;
}

function holdsFor(projectId: string, condition: LifeBehaviour, now: number): Sql {
  if (condition.kind === "firstDid") return sql`x.first_at >= l.at AND x.first_at < l.until`;
  const min = minCountOf(condition);
  const possible = sql`x.last_at >= l.at AND x.first_at < l.until AND x.events >= ${min}`;
  const own = enough(condition, ownCount(projectId, condition, now));
  if (condition.where.length > 0) return sql`${possible} AND ${own}`;
  const inWindow = sql`(SELECT count(*) FROM unnest(x.newest) t(ts) WHERE t.ts >= l.at AND t.ts < l.until)`;
  const once = condition.is !== "exactly" && min === 1 ? sql`WHEN x.first_at >= l.at THEN true` : empty;
  return sql`
    ${possible} AND CASE
      WHEN x.events <= ${NEWEST_TIMES} THEN ${enough(condition, inWindow)}
      ${once}
      ELSE ${own}
    END`;
}

/** Counts the person's own events in the window, up to the number in the rule. */
function ownCount(projectId: string, condition: ConditionOf<"did">, now: number): Sql {
  const properties = propertiesOf(condition, now);
  return sql`(
    SELECT count(*) FROM (
      SELECT 1
        FROM (${lanesIn({ projectId }, sql`(SELECT x.person)`)}) n
       CROSS JOIN LATERAL (
         SELECT 1 FROM events e
          WHERE e.project_id = ${projectId} AND e.actor_id = n.actor_id
            AND e.ts >= greatest(n.from_ts, l.at) AND e.ts < least(n.to_ts, l.until)
            AND e.kind = 'event' AND e.name = ${condition.event} ${properties}
         OFFSET 0) e
       LIMIT ${condition.n + 1}) c)`;
}

const propertiesOf = (condition: Behaviour, now: number): Sql =>
  condition.kind === "did" && condition.where.length > 0
    ? sql`AND ${andSql(condition.where.map((one) => eventProperty(one, now)))}`
    : empty;

/** The set by a scan of every event of the name, each with its person and their window. */
function walk(projectId: string, condition: LifeBehaviour, now: number, counted: boolean): Sql {
  const matching = sql`
    e.project_id = ${projectId} AND e.kind = 'event' AND e.name = ${condition.event} ${propertiesOf(condition, now)}`;
  const hits = sql`
    SELECT i.profile_id AS person, e.ts
      FROM events e JOIN identities i ON i.project_id = ${projectId} AND i.id = e.actor_id AND i.profile_id IS NOT NULL
     WHERE ${matching}
    UNION ALL
    SELECT ${OWNER_NUMBER}, e.ts
      FROM events e
      JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = e.actor_id AND e.ts >= s.from_ts AND e.ts < s.to_ts
      LEFT JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id AND o.profile_id IS NOT NULL
     WHERE ${matching} AND s.owner_id IS DISTINCT FROM 0`;
  const joined = sql`(${hits}) h JOIN (${moments(projectId, condition.window, counted)}) l ON l.person = h.person`;
  if (condition.kind === "firstDid")
    return sql`
      SELECT h.person FROM ${joined} GROUP BY h.person, l.at, l.until
      HAVING min(h.ts) >= l.at AND min(h.ts) < l.until`;
  return sql`
    SELECT h.person FROM ${joined} WHERE h.ts >= l.at AND h.ts < l.until
     GROUP BY h.person HAVING ${enough(condition, sql`count(*)`)}`;
}
