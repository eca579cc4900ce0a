import sql, { join, type Sql } from "sql-template-tag";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { storedValue } from "@/lib/profiles/list/columns.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import { EVENT_COLUMN_KEYS, eventColumn } from "@/lib/segments/behaviour.queries";
import { dayWithin, endsOf } from "@/lib/segments/life.queries";
import { textOf } from "@/lib/segments/property.queries";
import type { RuleWindow } from "@/lib/segments/rule";
import { BAND_HOURS, type ComparedRowKind, MIN_SUPPORT } from "./compared-rows";

/** The most rows of each kind: those that most people have. */
const MAX_ROWS = 400;
/** Longer values are not shared between people. */
const MAX_VALUE_CHARS = 100;
/** Properties that identify a single person. */
const IDENTIFYING = ["name", "firstName", "lastName", "email", "avatar", "phone", "username"];
/**
 * Columns about the first visit. The columns of country and device are about the last, so those are read from events.
 */
const ORIGINS = ["source", "referrer", "landingPage", "utmCampaign"] as const;
/** The columns by which people are compared regardless of what they did. */
const COLUMNS = PEOPLE_COLUMNS.filter((column) => "standsOut" in column).map(({ key }) => key);
const PLACES = ["$country", "$device", "$browser", "$os"] as const;

/** A row with its number of people per group. `n`: exactly this many visits, days or events. */
export type ComparedCount = {
  kind: ComparedRowKind;
  key: string;
  property: string | null;
  value: string | null;
  n: number | null;
  a: number;
  b: number;
};

export type Sides = { a: readonly number[]; b: readonly number[] };

/**
 * What the people of two groups did within the window and who they are, each row with its number of people per group.
 * One pass: their events of the window (events_actor_ts_idx, one range per lane), visits (sessions_actor_started_idx),
 * days (person_days_pkey), facts and properties (primary keys). O(people + their events of the window).
 */
export async function comparedCounts(
  scope: Scope,
  sides: Sides,
  window: RuleWindow,
  now: number,
): Promise<ComparedCount[]> {
  const { rows } = await readHeavily<ComparedCount>(scope, countsQuery(scope, sides, window, now), SETTINGS);
  return rows;
}

/** Like comparedCounts, but only what they are: current columns and properties. O(people). */
export async function currentValuesOf(scope: Scope, sides: Sides): Promise<ComparedCount[]> {
  const ever = sql`NULL::timestamptz`;
  const { rows } = await readHeavily<ComparedCount>(
    scope,
    sql`
    WITH sides AS MATERIALIZED (${sidesSql(scope, sides, { from: ever, before: ever }, COLUMNS)})
    (${columnsSql(COLUMNS)}) UNION ALL (${PROPERTIES})`,
    SETTINGS,
  );
  return rows;
}

/** Makes the planner use indexes: otherwise it scans whole tables for a few percent of their people. */
const SETTINGS = {
  work_mem: "128MB",
  jit: "off",
  enable_seqscan: "off",
  enable_mergejoin: "off",
  random_page_cost: "1",
};

/**
 * Everybody with their window, columns and properties. OFFSET 0 keeps these lookups one by one for any number of
 * people.
 */
const sidesSql = (
  { projectId }: Scope,
  { a, b }: Sides,
  { from, before }: { from: Sql; before: Sql },
  columns: readonly string[],
): Sql => sql`
  SELECT q.person, q.in_a, f.lo, f.hi, f.column_values, f.props
    FROM (SELECT person, true AS in_a FROM unnest(${a}::bigint[]) q(person)
          UNION ALL SELECT person, false FROM unnest(${b}::bigint[]) q(person)) q
   CROSS JOIN LATERAL (
     SELECT ${from} AS lo, ${before} AS hi, ARRAY[${join(columns.map(storedValue), ", ")}]::text[] AS column_values,
            coalesce((SELECT p.props FROM profiles p WHERE p.project_id = ${projectId} AND p.id = f.person),
              f.props) AS props
       FROM profile_facts f
      WHERE f.project_id = ${projectId} AND f.person = q.person
     OFFSET 0) f`;

/** Rows of the column values of `sides`. */
const columnsSql = (keys: readonly string[]): Sql =>
  ranked(
    "origin",
    sql`key`,
    sql`NULL`,
    sql`value`,
    sql`
    SELECT s.in_a, v.key, v.value
      FROM sides s CROSS JOIN LATERAL unnest(${keys}::text[], s.column_values) AS v(key, value)`,
  );

export function countsQuery(scope: Scope, sides: Sides, window: RuleWindow, now: number): Sql {
  const { projectId } = scope;
  const { from, before } = endsOf(window, { projectId, now, counted: true });
  const [lo, hi] = [sql`s.lo`, sql`s.hi`];
  const rows = [
    ranked("event", sql`name`, sql`NULL`, sql`NULL`, sql`SELECT DISTINCT person, in_a, name FROM seen`),
    ranked(
      "eventProperty",
      sql`name`,
      sql`key`,
      sql`value`,
      sql`SELECT DISTINCT person, in_a, name, key, value FROM event_values`,
    ),
    ranked(
      "place",
      sql`key`,
      sql`NULL`,
      sql`value`,
      sql`
      SELECT DISTINCT e.person, e.in_a, p.key, p.value
        FROM seen e CROSS JOIN LATERAL (VALUES ${pairs(PLACES, eventColumn)})
             AS p(key, value)`,
    ),
    ranked("activity", sql`'hour'`, sql`NULL`, sql`band::text`, sql`SELECT DISTINCT person, in_a, band FROM seen`),
    columnsSql(ORIGINS),
    PROPERTIES,
    spread("events", sql`SELECT person, in_a, count(*) AS n FROM seen GROUP BY person, in_a`),
    spread(
      "visits",
      sql`
      SELECT s.person, s.in_a, count(DISTINCT x.session_id) AS n
        FROM lanes s
       CROSS JOIN LATERAL (
         SELECT x.session_id FROM sessions x
          WHERE x.project_id = ${projectId} AND x.actor_id = s.actor_id
            AND x.started_at >= greatest(s.from_ts, ${lo}) AND x.started_at < least(s.to_ts, ${hi})
         OFFSET 0) x
       GROUP BY s.person, s.in_a`,
    ),
    spread(
      "days",
      sql`
      SELECT s.person, s.in_a, count(*) AS n
        FROM sides s JOIN person_days d ON d.project_id = ${projectId} AND d.person = s.person AND ${dayWithin(lo, hi)}
       GROUP BY s.person, s.in_a`,
    ),
  ];
  return sql`
    WITH sides AS MATERIALIZED (${sidesSql(scope, sides, { from, before }, ORIGINS)}),
    lanes AS MATERIALIZED (
      SELECT s.in_a, s.lo, s.hi, l.*
        FROM sides s CROSS JOIN LATERAL (${lanesIn({ projectId }, sql`(SELECT s.person)`)} OFFSET 0) l),
    seen AS MATERIALIZED (
      SELECT s.person, s.in_a, e.*
        FROM lanes s
       CROSS JOIN LATERAL (
         SELECT e.name, e.path, e.country, e.device, e.browser, e.os, e.properties,
                extract(hour FROM e.ts AT TIME ZONE 'UTC')::int / ${BAND_HOURS}::int AS band
           FROM events e
          WHERE e.project_id = ${projectId} AND e.actor_id = s.actor_id AND e.kind = 'event'
            AND e.ts >= greatest(s.from_ts, ${lo}) AND e.ts < least(s.to_ts, ${hi})
         OFFSET 0) e),
    event_values AS (
      SELECT e.person, e.in_a, e.name, o.key, o.value
        FROM seen e
       CROSS JOIN LATERAL (
         SELECT key, ${textOf(sql`value`)} AS value FROM jsonb_each(e.properties)
          WHERE key <> ALL(${EVENT_COLUMN_KEYS}::text[])
         UNION ALL SELECT '$path', e.path) o
       WHERE length(o.value) <= ${MAX_VALUE_CHARS})
    ${join(
      rows.map((one) => sql`(${one})`),
      " UNION ALL ",
    )}`;
}

const COUNTED = sql`count(*) FILTER (WHERE in_a) AS a, count(*) FILTER (WHERE NOT in_a) AS b`;

/**
 * Counts values, the most common first, without NULL, empty and long ones. `of`: a query of one row per person and
 * value.
 */
const ranked = (kind: ComparedRowKind, key: Sql, property: Sql, value: Sql, of: Sql): Sql => sql`
  SELECT ${kind}::text AS kind, ${key}::text AS key, ${property}::text AS property, ${value}::text AS value,
         NULL::int AS n, ${COUNTED}
    FROM (${of}) q
   WHERE ${kind === "event" ? sql`true` : sql`length(${value}) BETWEEN 1 AND ${MAX_VALUE_CHARS}`}
   GROUP BY 2, 3, 4 HAVING count(*) >= ${MIN_SUPPORT}
   ORDER BY count(*) DESC, 2, 3, 4 LIMIT ${MAX_ROWS}`;

/** Rows of the current properties of `sides`. */
const PROPERTIES = ranked(
  "property",
  sql`key`,
  sql`NULL`,
  sql`value`,
  sql`
  SELECT s.in_a, v.key, v.value
    FROM sides s
   CROSS JOIN LATERAL (
     SELECT key, ${textOf(sql`value`)} AS value FROM jsonb_each(s.props) WHERE key <> ALL(${IDENTIFYING}::text[])) v`,
);

/** Counts the people with each number `n`. */
const spread = (key: string, of: Sql): Sql => sql`
  SELECT 'activity', ${key}::text, NULL, NULL, least(n, 1000000)::int, ${COUNTED} FROM (${of}) q GROUP BY 5`;

const pairs = (keys: readonly string[], value: (key: string) => Sql): Sql =>
  join(
    keys.map((key) => sql`(${key}::text, ${value(key)}::text)`),
    ", ",
  );
