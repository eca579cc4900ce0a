import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import type { Feature } from "@/lib/features/rule";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { type Draw, drawPeople, universeOf } from "@/lib/profiles/list/draw.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { DROPPED_MIN } from "@/lib/risk/reason";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import {
  type AdoptionCriteria,
  type AdoptionPopulation,
  type CohortRow,
  cohortRows,
  type Estimate,
  estimateOf,
  type FeatureRow,
  firstMonday,
  populationRule,
  type UseGroup,
} from "./adoption";

/** The most people read. If there are more, this many are sampled, always the same ones. */
const MAX_READ = 20_000;
/** If fewer people of a segment are found in the universe, more are examined. */
const ENOUGH = 3_000;
/** In a larger project, this many people are examined to find those of a segment. */
const UNIVERSE = 60_000;
const MINUTE_MS = 60_000;

/** `isTotalEstimated`: `people` is scaled up too, from a sample of everybody. */
export type Adoption = Estimate & { people: number; isTotalEstimated: boolean; rows: FeatureRow[] };
export type Retention = Estimate & { feature: Feature; rows: CohortRow[] };

/** A draw of the identified people of a segment or account, or of all; read once for the whole screen. */
export async function drawPopulation(scope: Scope, whom: AdoptionPopulation, at: number): Promise<Draw> {
  const now = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const filter = await compileRule(scope, populationRule(whom), now);
  const selection = { tab: "identified" as const, windowDays: 30 as const, now, filter };
  return drawPeople(scope, selection, await universeOf(scope, UNIVERSE), { limit: MAX_READ, enough: ENOUGH });
}

export const estimatedTotalOf = ({ found, share }: Draw): number => Math.round(found / share);
export const scaleOf = (draw: Draw): number =>
  draw.people.length === 0 ? 0 : estimatedTotalOf(draw) / draw.people.length;
export const estimateOfDraw = ({ people, ...draw }: Draw): Estimate => estimateOf({ ...draw, read: people.length });

/**
 * How many people used each feature. person_events_pkey and profile_facts_pkey, one range and one row per person:
 * O(people read × event names).
 */
export async function adoptionOf(
  scope: Scope,
  features: readonly Feature[],
  draw: Draw,
  criteria: AdoptionCriteria,
): Promise<Adoption> {
  const { rows } = await readHeavily<FeatureCounts>(scope, adoptionQuery(scope, features, draw, criteria));
  return {
    ...estimateOfDraw(draw),
    people: estimatedTotalOf(draw),
    isTotalEstimated: draw.share < 1,
    rows: featureRows(features, rows, draw.people.length, scaleOf(draw)),
  };
}

export const adoptionQuery = (
  scope: Scope,
  features: readonly Feature[],
  draw: Draw,
  criteria: Pick<AdoptionCriteria, "from" | "before">,
): Sql =>
  featureCountsQuery(
    features,
    criteria,
    sql`
    SELECT x.person AS who, x.name, x.events, x.first_at, x.last_at, f.last_seen
      FROM unnest(${draw.people}::bigint[]) d(person)
      JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = d.person
      JOIN person_events x ON x.project_id = ${scope.projectId} AND x.person = d.person`,
  );

/** Of those read, how many are in each column of the feature at index `place`. */
export type FeatureCounts = { place: number; firstBefore: number } & Record<Exclude<UseGroup, "never">, number>;

/**
 * A query for FeatureCounts. `of`: a query of one row per person or account (`who`) and event they did, with its
 * `name`, number of `events`, `first_at` and `last_at`, and when they were last seen (`last_seen`).
 */
export function featureCountsQuery(
  features: readonly Feature[],
  { from, before }: Pick<AdoptionCriteria, "from" | "before">,
  of: Sql,
): Sql {
  const pairs = features.flatMap(({ events }, place) => events.map((event) => ({ place, event })));
  const [since, previousSince] = [sql`${timestamp(from)}::timestamptz`, sql`${timestamp(before)}::timestamptz`];
  return sql`
    WITH named AS (
      SELECT * FROM unnest(${pairs.map(({ place }) => place)}::int[],
                           ${pairs.map(({ event }) => event)}::text[]) q(place, name)),
    event_uses AS (
      SELECT n.place, o.who, sum(o.events) AS events, min(o.first_at) AS first_at, max(o.last_at) AS last_at,
             max(o.last_seen) AS last_seen
        FROM (${of}) o JOIN named n ON n.name = o.name
       GROUP BY n.place, o.who, n.name),
    feature_uses AS (
      SELECT place, who, sum(events) AS events, max(events) AS most, min(first_at) AS first_at,
             max(last_at) AS last_at, max(last_seen) AS last_seen
        FROM event_uses
       GROUP BY place, who)
    SELECT place, count(*) AS ever, count(*) FILTER (WHERE last_at >= ${since}) AS recent,
           count(*) FILTER (WHERE most >= ${DROPPED_MIN} AND last_at < ${since} AND last_seen >= ${since}) AS dropped,
           count(*) FILTER (WHERE first_at >= ${since}) AS first,
           count(*) FILTER (WHERE first_at >= ${previousSince} AND first_at < ${since}) AS "firstBefore",
           count(*) FILTER (WHERE events >= 2) AS again
      FROM feature_uses
     GROUP BY place`;
}

/** The rows of features, scaled up from those read to everybody. */
export function featureRows(
  features: readonly Feature[],
  numbers: readonly FeatureCounts[],
  read: number,
  scale: number,
): FeatureRow[] {
  const byPlace = new Map(numbers.map((row) => [row.place, row]));
  const people = (n: number) => Math.round(n * scale);
  return features.map((feature, place) => {
    const { ever = 0, recent = 0, dropped = 0, first = 0, firstBefore = 0, again = 0 } = byPlace.get(place) ?? {};
    return {
      feature,
      ever: people(ever),
      recent: people(recent),
      dropped: people(dropped),
      first: people(first),
      firstBefore: people(firstBefore),
      again: people(again),
      never: people(read - ever),
    };
  });
}

/**
 * Of the people who first used a feature in each of the last twelve weeks, how many used it in each week after (7 × 24
 * hours, counted from their own first use). person_events_pkey, and the last twelve weeks of the feature's events in
 * events_name_ts_idx, index only, joined with the lanes of those who began.
 */
export async function cohortRetentionOf(scope: Scope, feature: Feature, draw: Draw, now: number): Promise<Retention> {
  const from = timestamp(firstMonday(now));
  const { rows } = await readHeavily<{ monday: number; week: number; people: number }>(
    scope,
    sql`
    WITH began AS MATERIALIZED (
      SELECT x.person, min(x.first_at) AS first_at, date_trunc('week', min(x.first_at), 'UTC') AS monday
        FROM unnest(${draw.people}::bigint[]) d(person)
        JOIN person_events x ON x.project_id = ${scope.projectId} AND x.person = d.person
         AND x.name = ANY(${feature.events}::text[])
       GROUP BY x.person HAVING min(x.first_at) >= ${from}::timestamptz),
    lanes AS MATERIALIZED (${lanesIn(scope, sql`began`)}),
    weeks_used AS (
      SELECT DISTINCT b.person, b.monday, floor(extract(epoch FROM e.ts - b.first_at) / 604800)::int AS week
        FROM events e
        JOIN lanes l ON l.actor_id = e.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
        JOIN began b ON b.person = l.person
       WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = ANY(${feature.events}::text[])
         AND e.ts >= ${from}::timestamptz AND e.ts >= b.first_at)
    SELECT monday, -1 AS week, count(*) AS people FROM began GROUP BY monday
    UNION ALL
    SELECT monday, week, count(*) FROM weeks_used GROUP BY monday, week`,
  );
  const scale = scaleOf(draw);
  const began = new Map<number, number>();
  const used = new Map<string, number>();
  for (const { monday: at, week, people } of rows)
    if (week === -1) began.set(at, Math.round(people * scale));
    else used.set(`${at} ${week}`, Math.round(people * scale));
  return { ...estimateOfDraw(draw), feature, rows: cohortRows(began, used, now) };
}
