import sql, { empty, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { OWNER_NUMBER } from "@/lib/identity/person-ref.queries";
import { NEWEST_TIMES } from "@/lib/profiles/facts/person-history.store";
import { andSql, daysBefore, momentMs, propertySql } from "./property.queries";
import type { Behaviour, ConditionOf, LifeWindow, PropertyCondition, RuleWindow } from "./rule";

/** The fields of an event besides its properties, by their names in conditions. */
const EVENT_COLUMNS: { [key: string]: Sql } = {
  $path: sql`e.path`,
  $title: sql`e.title`,
  $referrer: sql`e.referrer`,
  $country: sql`e.country`,
  $device: sql`e.device`,
  $browser: sql`e.browser`,
  $os: sql`e.os`,
  $revenue: sql`e.revenue`,
  /** Hour of the UTC day, 0 to 23. */
  $hour: sql`extract(hour FROM e.ts AT TIME ZONE 'UTC')::int`,
};

export const EVENT_COLUMN_KEYS = Object.keys(EVENT_COLUMNS);

/** [from, before) as text for timestamptz. */
type Bounds = { from: string; before: string };

/** A window that is the same for everybody; life.queries.ts has those in a person's own life. */
export type DatedWindow = Exclude<RuleWindow, LifeWindow>;
type DatedBehaviour = Behaviour & { window: DatedWindow };

/**
 * The set behind a condition. `people`: everybody in it; `probe`: whether `f` is in it; `negated`: the condition holds
 * for people outside it; `scansEvents`: whether `people` scans events.
 */
export type BehaviourSet = { people: Sql; probe?: Sql; negated: boolean; scansEvents: boolean };

export const EVER: Bounds = { from: "-infinity", before: "infinity" };

export function boundsOf(window: DatedWindow, now: number): Bounds {
  if ("ever" in window) return EVER;
  if ("days" in window) return { from: daysBefore(now, window.days), before: "infinity" };
  return {
    from: timestamp(momentMs(window.since)) as string,
    before: "before" in window ? (timestamp(momentMs(window.before)) as string) : "infinity",
  };
}

/** A behaviour within dates; null: it holds for everyone. `counted`: everybody's lifetime counts are available. */
export function datedSql(
  projectId: string,
  condition: DatedBehaviour,
  now: number,
  counted: boolean,
): BehaviourSet | null {
  if (counted) return lifetimeSql(projectId, condition, now);
  const walked = scanSql(projectId, condition, now);
  return walked && { ...walked, scansEvents: true };
}

/**
 * The set behind a behaviour: `person` (as in profile_facts) of all who did the event that often. `negated`: the
 * condition holds for people outside the set; null: it holds for everyone.
 *
 * One scan of events_name_ts_idx (index-only, unless properties are tested), grouped by actor; then each actor's person
 * by primary key. An event belongs to the owner of its span: if a device changed owner within the window, its events
 * are counted span by span (events_actor_ts_idx). O(events of that name in the window).
 */
function scanSql(projectId: string, condition: DatedBehaviour, now: number): { people: Sql; negated: boolean } | null {
  if (condition.kind === "firstDid") {
    const { from, before } = boundsOf(condition.window, now);
    const people = sql`${peopleWhoDid(projectId, condition.event, [], { ...EVER, before }, now)}
     HAVING min(first) >= ${from}::timestamptz`;
    return { people, negated: isNegated(condition) };
  }
  const { is, n } = condition;
  if (is === "atLeast" && n === 0) return null;
  const having =
    is === "exactly" && n > 0
      ? sql`sum(n) = ${n}`
      : sql`sum(n) >= ${is === "atLeast" ? n : is === "atMost" ? n + 1 : 1}`;
  const doers = peopleWhoDid(projectId, condition.event, condition.where, boundsOf(condition.window, now), now);
  return { people: sql`${doers} HAVING ${having}`, negated: isNegated(condition) };
}

/** Whether the condition holds for people outside its set. */
export const isNegated = (condition: Behaviour): boolean =>
  condition.kind === "did" && (condition.is === "atMost" || (condition.is === "exactly" && condition.n === 0));

/**
 * Events of a name within bounds, grouped by their person; without ORDER BY, so that HAVING can follow. `columns`: of
 * the groups, over `n` (how many) and `first` (when).
 */
export function peopleWhoDid(
  projectId: string,
  event: string,
  where: PropertyCondition[],
  { from, before }: Bounds,
  now: number,
  columns = sql`person`,
): Sql {
  const properties = where.length === 0 ? empty : sql`AND ${andSql(where.map((one) => eventProperty(one, now)))}`;
  const matching = sql`e.project_id = ${projectId} AND e.kind = 'event' AND e.name = ${event} ${properties}`;
  return sql`
    SELECT ${columns} FROM (
      WITH actor_counts AS MATERIALIZED (
        SELECT e.actor_id, count(*) AS n, min(e.ts) AS lo, max(e.ts) AS hi FROM events e
         WHERE ${matching} AND e.ts >= ${from}::timestamptz AND e.ts < ${before}::timestamptz
         GROUP BY e.actor_id)
      SELECT i.profile_id AS person, h.n, h.lo AS first
        FROM actor_counts h
        JOIN identities i ON i.project_id = ${projectId} AND i.id = h.actor_id AND i.profile_id IS NOT NULL
      UNION ALL
      SELECT ${OWNER_NUMBER},
             CASE WHEN whole THEN h.n ELSE in_span.n END, CASE WHEN whole THEN h.lo ELSE in_span.first END
        FROM actor_counts h
        JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = h.actor_id
         AND s.from_ts <= h.hi AND s.to_ts > h.lo
        LEFT JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id AND o.profile_id IS NOT NULL
       CROSS JOIN LATERAL (SELECT s.from_ts <= h.lo AND h.hi < s.to_ts AS whole) w
       CROSS JOIN LATERAL (
         SELECT count(*) AS n, min(e.ts) AS first FROM events e
          WHERE NOT whole AND ${matching} AND e.actor_id = h.actor_id
            AND e.ts >= greatest(s.from_ts, h.lo) AND e.ts < s.to_ts AND e.ts <= h.hi) in_span
       WHERE s.owner_id IS DISTINCT FROM 0) q
     WHERE person IS NOT NULL
     GROUP BY person`;
}

/**
 * A behaviour in projects with complete lifetime counts (person_events); null: it holds for everyone.
 *
 * people: person_events_name_idx from the start of the window on, which suffices except for several times within a
 * window: O(people who did it since). Windows that end in the past and conditions on properties scan events, as in
 * scanSql. probe: person_events_pkey and, if the counts cannot answer, the person's own events of the window
 * (events_actor_ts_idx).
 */
function lifetimeSql(projectId: string, condition: DatedBehaviour, now: number): BehaviourSet | null {
  const walk = scanSql(projectId, condition, now);
  if (!walk) return null;
  const ofEvent = sql`x.project_id = ${projectId} AND x.name = ${condition.event}`;
  const fromCounts = conditionOnCounts(condition, now);
  // The counts filter first, so that only few people's own events are counted.
  const holds = fromCounts ?? andSql([mayMatch(condition, now), ownCount(projectId, condition, now)]);
  const scansEvents =
    !fromCounts && (condition.kind === "firstDid" || condition.where.length > 0 || isPast(condition, now));
  return {
    people: scansEvents ? walk.people : sql`SELECT x.person FROM person_events x WHERE ${ofEvent} AND ${holds}`,
    // OFFSET 0 keeps Postgres from turning the test into a join over everybody who did it.
    probe: sql`(EXISTS (SELECT 1 FROM person_events x WHERE x.person = f.person AND ${ofEvent} AND ${holds} OFFSET 0))`,
    negated: walk.negated,
    scansEvents,
  };
}

const isPast = ({ window }: DatedBehaviour, now: number): boolean => boundsOf(window, now).before !== "infinity";
/** The minimum count to be in the set. */
export const minCountOf = ({ is, n }: ConditionOf<"did">): number => (is === "atMost" ? n + 1 : Math.max(1, n));
const isExact = ({ is, n }: ConditionOf<"did">): boolean => is === "exactly" && n > 0;

/** The condition on the counts alone; null if they cannot decide. */
function conditionOnCounts(condition: DatedBehaviour, now: number): Sql | null {
  const { from, before } = boundsOf(condition.window, now);
  if (condition.kind === "firstDid") {
    // The condition on last_at is implied, but lets the index scan start there.
    const since = sql`x.last_at >= ${from}::timestamptz AND x.first_at >= ${from}::timestamptz`;
    return sql`${since} AND x.first_at < ${before}::timestamptz`;
  }
  if (condition.where.length > 0 || before !== "infinity") return null;
  const [min, exact] = [minCountOf(condition), isExact(condition)];
  if (from === "-infinity") return exact ? sql`x.events = ${min}` : sql`x.events >= ${min}`;
  if (min + (exact ? 1 : 0) > NEWEST_TIMES) return null;
  // If their nth last time is in the window, they did it at least n times in it.
  const enough = mayMatch(condition, now);
  return exact ? sql`${enough} AND (x.newest[${min + 1}] >= ${from}::timestamptz) IS NOT TRUE` : enough;
}

/** A necessary condition to be in the set. */
function mayMatch(condition: DatedBehaviour, now: number): Sql {
  const { from, before } = boundsOf(condition.window, now);
  const min = condition.kind === "did" ? minCountOf(condition) : 1;
  const recent = sql`x.last_at >= ${from}::timestamptz AND x.first_at < ${before}::timestamptz`;
  if (min === 1) return recent;
  return sql`${recent} AND x.events >= ${min} AND x.newest[${Math.min(min, NEWEST_TIMES)}] >= ${from}::timestamptz`;
}

/** A condition on the number of the person's own events in the window: one range of events_actor_ts_idx per lane. */
function ownCount(projectId: string, condition: DatedBehaviour, now: number): Sql {
  const { from, before } = boundsOf(condition.window, now);
  const where = condition.kind === "did" ? condition.where : [];
  const properties = where.length === 0 ? empty : sql`AND ${andSql(where.map((one) => eventProperty(one, now)))}`;
  const count = sql`(
    SELECT count(*)
      FROM (${lanesIn({ projectId }, sql`(SELECT x.person)`)}) l
     CROSS JOIN LATERAL (
       SELECT 1 FROM events e
        WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id
          AND e.ts >= greatest(l.from_ts, ${from}::timestamptz)
          AND e.ts < least(l.to_ts, ${before}::timestamptz) AND e.kind = 'event'
          AND e.name = ${condition.event} ${properties}
       OFFSET 0) e)`;
  if (condition.kind === "firstDid") return sql`${count} > 0`;
  return isExact(condition) ? sql`${count} = ${condition.n}` : sql`${count} >= ${minCountOf(condition)}`;
}

/** A field of the event `e`, by a key of EVENT_COLUMN_KEYS. */
export function eventColumn(key: string): Sql {
  const column = Object.hasOwn(EVENT_COLUMNS, key) ? EVENT_COLUMNS[key] : undefined;
  if (!column) throw new Error(`Events have no ${key}`);
  return column;
}

/**
 * A property of `e` as jsonb, by a key of exactly this name or else by dotted path; or one of the event's own fields.
 */
export function eventValue(key: string): Sql {
  const column = Object.hasOwn(EVENT_COLUMNS, key) ? EVENT_COLUMNS[key] : undefined;
  if (column) return sql`to_jsonb(${column})`;
  return sql`coalesce(nullif(e.properties -> ${key}::text, 'null'), e.properties #> ${key.split(".")}::text[])`;
}

/**
 * A condition on a property of `e`. Makes the property a document with one flat key, so that propertySql applies;
 * nested ones are named by dotted path.
 */
export function eventProperty(condition: PropertyCondition, now: number): Sql {
  const { key } = condition;
  const props = sql`jsonb_strip_nulls(jsonb_build_object(${key}::text, ${eventValue(key)}))`;
  return propertySql(condition, { props, sparse: false, sets: "hash", computed: true }, now);
}
