import sql, { empty, join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { NOT_INTERNAL, notInternalInScan } from "@/lib/identity/own-team.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import {
  ASPECTS,
  type Aspect,
  type Bucket,
  type Cohort,
  cohortBefore,
  DAY_BUCKETS,
  type Goal,
  type JourneyRow,
  type Journeys,
  type PreviousCohort,
  previousCohortOf,
  VISIT_BUCKETS,
} from "./journeys";

/** The most people read of a cohort; of a larger one, every nth person is read, always the same ones. */
const SAMPLED_PEOPLE = 60_000;
/** The most values per aspect that are shown, and that are read of the previous cohort. */
const SHOWN = 10;
const LOOKED_UP = 500;

/**
 * How the cohort's people reached the goal, or did not. Lags by a second or two. One range of
 * profile_facts_first_seen_idx to count, then the facts of about 60,000 people at most; an event's first time from
 * person_events_pkey.
 */
export const journeysOf = (scope: Scope, goal: Goal, cohort: Cohort): Promise<Journeys> =>
  readCohort(scope, goal, cohort, SHOWN);

/** Like journeysOf, with the previous cohort of the same length, as of the same age (cohortBefore). */
export async function journeysCompared(
  scope: Scope,
  goal: Goal,
  cohort: Cohort,
  now: number,
): Promise<{ journeys: Journeys; before: PreviousCohort }> {
  const [journeys, earlier] = await Promise.all([
    journeysOf(scope, goal, cohort),
    readCohort(scope, goal, cohortBefore(cohort, now), LOOKED_UP),
  ]);
  return { journeys, before: previousCohortOf(earlier, LOOKED_UP) };
}

async function readCohort(scope: Scope, goal: Goal, cohort: Cohort, shown: number): Promise<Journeys> {
  const inCohort = (of: Sql) => sql`
    ${of}.project_id = ${scope.projectId} AND ${of}.anonymous IN (false, true)
    AND ${of}.first_seen >= ${timestamp(cohort.from)}::timestamptz
    AND ${of}.first_seen < ${timestamp(cohort.to)}::timestamptz`;
  const counted = await readHeavily<{ people: number }>(
    scope,
    sql`
    SELECT count(*) AS people FROM profile_facts f
     WHERE ${inCohort(sql`f`)} AND ${notInternalInScan(scope.projectId, sql`f.person`)}`,
  );
  const every = Math.max(1, Math.ceil((counted.rows[0]?.people ?? 0) / SAMPLED_PEOPLE));
  type Found = { of: Aspect | "all" | "existing"; value: string | null; reached: number; others: number };
  const { rows } = await readHeavily<Found>(
    scope,
    sql`
    WITH people AS MATERIALIZED (
      SELECT f.source, f.landing_path AS page, f.sign_up, f.sessions, f.last_step AS newest,
             ${reachedColumns(scope, goal, cohort.until)}
       WHERE ${inCohort(sql`f`)} AND ${NOT_INTERNAL} AND abs(f.person) % ${every} = 0),
    journeys AS MATERIALIZED (
      SELECT p.*, CASE WHEN reached THEN step ELSE newest END AS last_step,
             CASE WHEN reached AND visits IS NOT NULL THEN visits ELSE sessions END AS visited
        FROM people p
       WHERE ${goal === "signUp" ? sql`p.sign_up IS DISTINCT FROM 'existing'` : sql`true`})
    SELECT 'all' AS of, NULL AS value, count(*) FILTER (WHERE reached) AS reached,
           count(*) FILTER (WHERE NOT reached) AS others
      FROM journeys
    UNION ALL
    SELECT 'existing', NULL, count(*), 0 FROM people WHERE sign_up = 'existing'
    UNION ALL ${join(
      [
        topOf("source", sql`source`, shown),
        topOf("page", sql`page`, shown),
        topOf("step", sql`last_step`, shown),
        sql`(SELECT 'days', ${bucketOf(DAY_BUCKETS, sql`days`)}, count(*), 0
               FROM journeys WHERE reached GROUP BY 2 ORDER BY 2)`,
        sql`(SELECT 'visits', ${bucketOf(VISIT_BUCKETS, sql`visited`)}, count(*) FILTER (WHERE reached),
                    count(*) FILTER (WHERE NOT reached)
               FROM journeys GROUP BY 2 ORDER BY 2)`,
      ],
      " UNION ALL ",
    )}`,
  );
  const of = (aspect: Found["of"]): JourneyRow[] =>
    rows
      .filter((row) => row.of === aspect)
      .map(({ value, reached, others }) => ({ value, reached: reached * every, others: others * every }));
  const [all] = of("all");
  return {
    reached: all?.reached ?? 0,
    others: all?.others ?? 0,
    existing: goal === "signUp" ? (of("existing")[0]?.reached ?? 0) : 0,
    every,
    rows: Object.fromEntries(ASPECTS.map((aspect) => [aspect, of(aspect)])) as Record<Aspect, JourneyRow[]>,
  };
}

/**
 * The columns reached, days, visits and step of each person `f`, and the FROM they need. `until` (ms): only what was
 * reached by then counts.
 */
function reachedColumns(scope: Scope, goal: Goal, until: number | undefined): Sql {
  const inTime = (at: Sql) => (until === undefined ? empty : sql`AND ${at} < ${timestamp(until)}::timestamptz`);
  const days = (at: Sql) => sql`floor(extract(epoch FROM ${at} - f.first_seen) / 86400)::int AS days`;
  if (goal === "signUp")
    return sql`
             coalesce(f.sign_up <> 'existing' ${inTime(sql`f.signed_up_at`)}, false) AS reached,
             ${days(sql`f.signed_up_at`)},
             f.visits_to_sign_up AS visits, f.step_before_sign_up AS step
        FROM profile_facts f`;
  return sql`
             coalesce(x.first_at IS NOT NULL ${inTime(sql`x.first_at`)}, false) AS reached, ${days(sql`x.first_at`)},
             NULL::int AS visits, f.last_step AS step
        FROM profile_facts f
        LEFT JOIN person_events x
          ON x.project_id = ${scope.projectId} AND x.person = f.person AND x.name = ${goal.event}`;
}

const topOf = (aspect: Aspect, column: Sql, shown: number): Sql => sql`
  (SELECT ${aspect}, ${column}, count(*) FILTER (WHERE reached), count(*) FILTER (WHERE NOT reached)
     FROM journeys
    GROUP BY ${column}
    ORDER BY count(*) DESC, ${column}
    LIMIT ${shown})`;

/** The key of the bucket that contains a number; null for NULL and for numbers below zero. */
const bucketOf = (buckets: readonly Bucket[], of: Sql): Sql => sql`
  CASE ${join(
    buckets.map(({ key, min, max }) =>
      max === null ? sql`WHEN ${of} >= ${min} THEN ${key}` : sql`WHEN ${of} BETWEEN ${min} AND ${max} THEN ${key}`,
    ),
    " ",
  )} END`;
