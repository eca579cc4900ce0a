import { LRUCache } from "lru-cache";
import sql, { join, type Sql } from "sql-template-tag";
import { isCanceled } from "@/lib/db/canceled";
import { timestamp } from "@/lib/db/statement";
import { AppError } from "@/lib/errors";
import type { Feature } from "@/lib/features/rule";
import { notInternalInScan } from "@/lib/identity/own-team.queries";
import type { Draw } from "@/lib/profiles/list/draw.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { DROPPED_MIN } from "@/lib/risk/reason";
import type { Scope } from "@/lib/scope";
import type { AdoptionCriteria } from "./adoption";
import {
  type Adoption,
  adoptionOf,
  estimatedTotalOf,
  estimateOfDraw,
  type FeatureCounts,
  featureRows,
} from "./adoption.queries";

/** How long the exact count may take, in ms; after that a sample is used. */
const BUDGET_MS = 2_000;
const WORK_MEM = "128MB";
/** The most people times events for which it is tried: a row takes about a microsecond. */
const MAX_ROWS = 5_000_000;
/** After a failure, a project with at least as many rows is not tried again for this long, in ms. */
const RETRY_AFTER_MS = 10 * 60_000;
const PROJECTS_MAX = 1_000;
/** By project, the number of rows that could not be read in time lately. */
const unreadableRows = new LRUCache<string, number>({ max: PROJECTS_MAX, ttl: RETRY_AFTER_MS });

/**
 * Adoption by the people drawn: exact if they are everybody, or if everybody can be counted in time. While that has
 * failed lately for a project, nobody waits for it again.
 */
export async function adoptionByPeople(
  scope: Scope,
  features: readonly Feature[],
  draw: Draw,
  criteria: AdoptionCriteria,
  budgetMs = BUDGET_MS,
): Promise<Adoption> {
  const events = features.reduce((sum, feature) => sum + feature.events.length, 0);
  const isOfAll = criteria.segment === null && !criteria.account;
  const rows = estimatedTotalOf(draw) * events;
  const isReadable = rows <= MAX_ROWS && rows < (unreadableRows.get(scope.projectId) ?? Number.POSITIVE_INFINITY);
  if (estimateOfDraw(draw).isEstimate && isOfAll && isReadable) {
    const exact = await adoptionOfEverybody(scope, features, criteria, budgetMs);
    if (exact) return exact;
    unreadableRows.set(scope.projectId, rows);
  }
  return adoptionOf(scope, features, draw, criteria);
}

/**
 * Exactly how many of all identified people used each feature; null if there are too many to be read in time. Uses each
 * person's stored first and last time of each event, so no events are read: O(people who did one of them).
 */
export async function adoptionOfEverybody(
  scope: Scope,
  features: readonly Feature[],
  criteria: Pick<AdoptionCriteria, "from" | "before">,
  budgetMs = BUDGET_MS,
): Promise<Adoption | null> {
  const query = everybodysQuery(scope, features, criteria);
  try {
    const { rows } = await readHeavily<FeatureCounts & { people: number }>(
      scope,
      query,
      { work_mem: WORK_MEM },
      budgetMs,
    );
    const people = rows[0]?.people ?? 0;
    return {
      people,
      isTotalEstimated: false,
      isEstimate: false,
      read: people,
      margin: 0,
      rows: featureRows(features, rows, people, 1),
    };
  } catch (error) {
    if (error instanceof AppError && isCanceled(error.cause)) return null;
    throw error;
  }
}

/**
 * person_events_name_idx and an index of profile_facts, index only; profile_facts_pkey for those who may have dropped a
 * feature.
 */
export function everybodysQuery(
  { projectId }: Pick<Scope, "projectId">,
  features: readonly Feature[],
  { from, before }: Pick<AdoptionCriteria, "from" | "before">,
): Sql {
  const [since, previousSince] = [sql`${timestamp(from)}::timestamptz`, sql`${timestamp(before)}::timestamptz`];
  const rowsOf = (hasOneEvent: boolean) => {
    const pairs = features.flatMap(({ events }, place) =>
      (events.length === 1) === hasOneEvent ? events.map((event) => ({ place, event })) : [],
    );
    const [places, names] = [pairs.map(({ place }) => place), pairs.map(({ event }) => event)];
    return sql`
        FROM unnest(${places}::int[], ${names}::text[]) n(place, name)
        JOIN person_events x ON x.project_id = ${projectId} AND x.name = n.name
       WHERE x.person > 0 AND ${notInternalInScan(projectId, sql`x.person`)}`;
  };
  // A person has one row per event, so only features with several events have to be grouped by person.
  const used = [
    sql`SELECT n.place, x.person, x.events, x.events AS most, x.first_at, x.last_at ${rowsOf(true)}`,
    sql`SELECT n.place, x.person, sum(x.events), max(x.events), min(x.first_at), max(x.last_at) ${rowsOf(false)}
       GROUP BY n.place, x.person`,
  ];
  return sql`
    WITH feature_uses AS (${join(used, " UNION ALL ")}),
    feature_counts AS (
      SELECT u.place, count(*) AS ever, count(*) FILTER (WHERE u.last_at >= ${since}) AS recent,
             count(*) FILTER (WHERE u.most >= ${DROPPED_MIN} AND u.last_at < ${since} AND EXISTS (
               SELECT FROM profile_facts f
                WHERE f.project_id = ${projectId} AND f.person = u.person AND f.last_seen >= ${since})) AS dropped,
             count(*) FILTER (WHERE u.first_at >= ${since}) AS first,
             count(*) FILTER (WHERE u.first_at >= ${previousSince} AND u.first_at < ${since}) AS "firstBefore",
             count(*) FILTER (WHERE u.events >= 2) AS again
        FROM feature_uses u
       GROUP BY u.place)
    SELECT everybody.people, n.*
      FROM (SELECT count(*) AS people FROM profile_facts f
             WHERE f.project_id = ${projectId} AND NOT f.anonymous
               AND ${notInternalInScan(projectId, sql`f.person`)}) everybody
      LEFT JOIN feature_counts n ON true`;
}
