import sql, { empty, join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { and, daysBefore, momentMs, propertySql } from "./property.queries";
import type { Behaviour, LifeWindow, PropertyCondition, Window } from "./rule";

/** Fields of an event besides its properties, as conditions name them. */
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
export type Bounds = { from: string; before: string };

/** Windows that are the same for everybody; those relative to a person's life are in life.queries.ts. */
export type DatedWindow = Exclude<Window, LifeWindow>;
export type DatedBehaviour = Behaviour & { window: DatedWindow };

export type LifeBehaviour = Behaviour & { window: LifeWindow };

export function byWindow(
  condition: Behaviour,
): { life: LifeBehaviour; dated?: never } | { dated: DatedBehaviour; life?: never } {
  const { window } = condition;
  return "within" in window ? { life: { ...condition, window } } : { dated: { ...condition, window } };
}

/**
 * `people`: everybody in the set; `probe`: whether `f` is in it; `negated`: the condition holds for people outside the
 * set; `walks`: whether `people` scans events.
 */
export type BehaviourSet = { people: Sql; probe?: Sql; negated: boolean; walks: boolean };

export const EVER: Bounds = { from: "-infinity", before: "infinity" };

export function boundsOf(window: DatedWindow, now: number): Bounds {
  if ("ever" in window) return EVER;
  if ("days" in window) return { from: daysBefore(now, window.days), before: "infinity" };
  return {
    from: timestamp(momentMs(window.since)) as string,
    before: "before" in window ? (timestamp(momentMs(window.before)) as string) : "infinity",
  };
}

/**
 * The set behind a behaviour: `person` (as in profile_facts) of all who did the event that often. `negated`: the
 * condition holds for people outside the set; null: it holds for everyone.
 *
 * One scan of events_name_ts_idx (index-only, unless properties are tested), grouped by actor; then each actor's person
 * by primary key. An event belongs to the owner of its span: if a device changed owner within the window, its events
 * are counted span by span (events_actor_ts_idx). O(events of that name in the window).
 */
export function behaviourSql(
  projectId: string,
  condition: DatedBehaviour,
  now: number,
): { people: Sql; negated: boolean } | null {
  if (condition.kind === "firstDid") {
    const { from, before } = boundsOf(condition.window, now);
    const people = sql`${doers(projectId, condition.event, [], { ...EVER, before }, now)}
     HAVING min(first) >= ${from}::timestamptz`;
    return { people, negated: isNegated(condition) };
  }
  const { is, n } = condition;
  if (is === "atLeast" && n === 0) return null;
  const having =
    is === "exactly" && n > 0
      ? sql`sum(n) = ${n}`
      : sql`sum(n) >= ${is === "atLeast" ? n : is === "atMost" ? n + 1 : 1}`;
  const those = doers(projectId, condition.event, condition.where, boundsOf(condition.window, now), now);
  return { people: sql`${those} HAVING ${having}`, negated: isNegated(condition) };
}

/** Whether the condition holds for people outside its set. */
export const isNegated = (condition: Behaviour): boolean =>
  condition.kind === "did" && (condition.is === "atMost" || (condition.is === "exactly" && condition.n === 0));

/** `columns`: of the groups by person, over n and first. */
export function doers(
  projectId: string,
  event: string,
  where: PropertyCondition[],
  { from, before }: Bounds,
  now: number,
  columns = sql`person`,
): Sql {
  const properties = where.length === 0 ? empty : sql`AND ${and(where.map((one) => eventProperty(one, now)))}`;
  const matching = sql`e.project_id = ${projectId} AND e.kind = 'event' AND e.name = ${event} ${properties}`;
  return sql`
    SELECT ${columns} FROM (
      WITH hits AS MATERIALIZED (
        SELECT e.actor_id, count(*) AS n, min(e.ts) AS lo, max(e.ts) AS hi FROM events e
         WHERE ${matching} AND e.ts >= ${from}::timestamptz AND e.ts < ${before}::timestamptz
         GROUP BY e.actor_id)
      SELECT i.profile_id AS person, h.n, h.lo AS first
        FROM hits h JOIN identities i ON i.project_id = ${projectId} AND i.id = h.actor_id AND i.profile_id IS NOT NULL
      UNION ALL
      SELECT CASE WHEN s.owner_id IS NULL THEN -s.stream_id ELSE o.profile_id END,
             CASE WHEN whole THEN h.n ELSE part.n END, CASE WHEN whole THEN h.lo ELSE part.first END
        FROM hits h
        JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = h.actor_id
         AND s.from_ts <= h.hi AND s.to_ts > h.lo
        LEFT JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id AND o.profile_id IS NOT NULL
       CROSS JOIN LATERAL (SELECT s.from_ts <= h.lo AND h.hi < s.to_ts AS whole) w
       CROSS JOIN LATERAL (
         SELECT count(*) AS n, min(e.ts) AS first FROM events e
          WHERE NOT whole AND ${matching} AND e.actor_id = h.actor_id
            AND e.ts >= greatest(s.from_ts, h.lo) AND e.ts < s.to_ts AND e.ts <= h.hi) part
       WHERE s.owner_id IS DISTINCT FROM 0) q
     WHERE person IS NOT NULL
     GROUP BY person`;
}

/** One field; the keys are those of EVENT_COLUMN_KEYS. */
export function eventColumn(key: string): Sql {
  const column = Object.hasOwn(EVENT_COLUMNS, key) ? EVENT_COLUMNS[key] : undefined;
  if (!column) throw new Error(`Events have no ${key}`);
  return column;
}

/**
 * A property of `e`, by a key of exactly that name or else by dotted path, or one of the event's own fields; as jsonb.
 */
export function eventValue(key: string): Sql {
  const column = Object.hasOwn(EVENT_COLUMNS, key) ? EVENT_COLUMNS[key] : undefined;
  if (column) return sql`to_jsonb(${column})`;
  return sql`coalesce(nullif(e.properties -> ${key}::text, 'null'), e.properties #> ${key.split(".")}::text[])`;
}

/**
 * A property of an event as a document with one flat key, so that the same conditions apply to it. Nested ones go by
 * dotted path.
 */
export function eventProperty(condition: PropertyCondition, now: number): Sql {
  const { key } = condition;
  const props = sql`jsonb_strip_nulls(jsonb_build_object(${key}::text, ${eventValue(key)}))`;
  return propertySql(condition, { props, sparse: false, sets: "hash" }, now);
}

/** One set by its name: "set_0 AS MATERIALIZED (…)". */
export const setSql = (name: Sql, people: Sql): Sql => sql`${name} AS MATERIALIZED (${people})`;

/**
 * The people of a fixed list, whoever has its ids now: user ids by profile, devices by visitor and by everybody who
 * owns a span.
 */
export const listedSql = (projectId: string, segmentId: string): Sql =>
  join(
    [
      sql`
        SELECT i.profile_id AS person
          FROM segment_members m
          JOIN identities i ON i.project_id = ${projectId} AND i.id = m.identity_id AND i.kind = 'u'
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
      sql`
        SELECT -m.identity_id
          FROM segment_members m
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
      sql`
        SELECT o.profile_id
          FROM segment_members m
          JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = m.identity_id
          JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
    ],
    " UNION ",
  );
