import sql, { empty, join, type Sql } from "sql-template-tag";
import { isCanceled } from "@/lib/db/canceled";
import { transaction } from "@/lib/db/pool";
import { notInternalInScan } from "@/lib/identity/own-team.queries";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import type { Lookup } from "@/lib/profiles/filter";
import type { Total } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Reader, Scope } from "@/lib/scope";
import type { ListOrder } from "./columns.queries";
import { branchesOf, fewPeople, type Selection, SIDES } from "./people.queries";

/** A project without a member or client, for jobs, which go through all projects. */
type ProjectScope = Pick<Scope, "projectId">;

/** All people, for a statement that reads them once (exports, sizes). Rows: person. */
export const everybodyQuery = (scope: ProjectScope, selection: Selection): Sql =>
  everybodySql(scope, selection, sql`person`);

/**
 * Up to this many people are joined to their events; for more, everyone's events are scanned and each person tested.
 */
const MAX_SELECTED = 5_000;

/**
 * A selection's people, for lists of their events. Finds at most 5,001 of them, and none for a rule with a large set,
 * where only the test of each person is evaluated.
 */
export function peopleSetOf(scope: ProjectScope, selection: Selection): PeopleSet {
  const ctes = [...(selection.filter?.ctes ?? [])];
  const within = selection.filter?.within;
  const few = within && fewPeople(within);
  if (few) ctes.push(few.cte);
  const wanted = few?.isFew ?? sql`true`;
  const all = branchesOf(scope, selection, false, within ? "start" : "hash").map(
    ({ from, who, where }) =>
      sql`SELECT f.person FROM profile_facts f ${from} WHERE ${wanted} AND ${who(scope)} AND ${where}`,
  );
  ctes.push(
    sql`selected_people AS MATERIALIZED (SELECT person FROM (${join(all, " UNION ALL ")}) q LIMIT ${MAX_SELECTED + 1})`,
  );
  const probes = branchesOf(scope, selection, false, "probe").map(({ anonymous, from, who, where }) => {
    const side = anonymous ? sql`<` : sql`>`;
    // OFFSET 0 keeps Postgres from computing everybody instead.
    return (person: Sql) => sql`WHEN ${person} ${side} 0 THEN EXISTS (
      SELECT 1 FROM profile_facts f ${from} WHERE f.person = ${person} AND ${who(scope)} AND ${where} OFFSET 0)`;
  });
  return {
    ctes,
    isFew: sql`(${wanted} AND (SELECT count(*) <= ${MAX_SELECTED} FROM selected_people))`,
    has: (person) =>
      sql`CASE ${join(
        probes.map((one) => one(person)),
        " ",
      )} ELSE false END`,
  };
}

/** All people in the order of their list, those without a value last. Sorts O(people). Rows: person. */
export function everybodyInOrderQuery(scope: ProjectScope, selection: Selection, order: ListOrder): Sql {
  const direction = order.descending ? sql`DESC` : sql`ASC`;
  const names = [sql`k0`, sql`k1`].slice(0, order.keys.length);
  const keys = order.keys.map(({ column, ofFacts }, i) => sql`${ofFacts?.(scope.projectId) ?? column} AS ${names[i]}`);
  const by = [...names.map((name) => sql`${name} ${direction} NULLS LAST`), sql`person ${direction}`];
  const everybody = everybodySql(scope, selection, sql`*`, { keys, property: order.readsProps });
  return sql`SELECT person FROM (${everybody}) o ORDER BY ${join(by, ", ")}`;
}

export function everybodySql(
  scope: ProjectScope,
  selection: Selection,
  columns: Sql,
  { keys, property }: { keys: Sql[]; property: boolean } = { keys: [], property: false },
): Sql {
  const ctes = [...(selection.filter?.ctes ?? [])];
  const selected = join([sql`f.person`, ...keys], ", ");
  const all = (lookup: Lookup, when: Sql) =>
    branchesOf(scope, selection, property, lookup).map(
      ({ from, who, where }) =>
        sql`SELECT ${selected} FROM profile_facts f ${from} WHERE ${when} AND ${who(scope, "everybody")} AND ${where}`,
    );
  const within = selection.filter?.within;
  const few = within && fewPeople(within);
  if (few) ctes.push(few.cte);
  const parts = few ? [...all("start", few.isFew), ...all("hash", sql`NOT ${few.isFew}`)] : all("hash", sql`true`);
  const sets = ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : empty;
  return sql`${sets} SELECT ${columns} FROM (${join(parts, " UNION ALL ")}) q`;
}

/** How long an exact count may take, in ms; after that a sample replaces it. */
const COUNT_BUDGET_MS = 800;
/** The budget for rules that scan events: a sample of people would have to scan as many. */
const WALKS_COUNT_BUDGET_MS = 2_000;

/** See Total. Exact if counting stays within the budget, else estimated from a sample of some 10,000 people. */
export async function countSelection(scope: Scope, selection: Selection): Promise<Total> {
  const budgetMs = selection.filter?.scansEvents ? WALKS_COUNT_BUDGET_MS : COUNT_BUDGET_MS;
  try {
    const { rows } = await transaction(reading(scope), async (tx) => {
      await tx.query(
        sql`SELECT set_config('statement_timeout', ${String(budgetMs)}, true), set_config('work_mem', '128MB', true)`,
      );
      return tx.query<{ count: number }>(peopleCountQuery(scope, selection));
    });
    return { count: rows[0]?.count ?? 0, exact: true };
  } catch (error) {
    if (!isCanceled(error)) throw error;
  }
  return { count: roundToTwoDigits(await samplePeople(scope, selection)), exact: false };
}

/** An estimate of how many people are on a list. If the sample has none of them: as many as it could have missed. */
export async function samplePeople(scope: Reader, selection: Selection): Promise<number> {
  type Side = { hits: number; sampled: number; people: number };
  const { rows } = await reading(scope).query<Side>(peopleSampleQuery(scope, selection));
  const estimate = rows.reduce(
    (sum, { hits, sampled, people }) => sum + (sampled > 0 ? (people * hits) / sampled : 0),
    0,
  );
  return estimate > 0
    ? estimate
    : Math.max(0, ...rows.map(({ sampled, people }) => (sampled > 0 ? people / sampled : 0)));
}

/** 12,345 → 12,000: an estimate must not look exact. */
export function roundToTwoDigits(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / unit) * unit;
}

/** Counts people: O(people), in the index that a rule's conditions use, or in the small set that contains them all. */
export function peopleCountQuery(scope: ProjectScope, selection: Selection): Sql {
  const { filter, tab, search, internal = "without" } = selection;
  // Lifetime counts exist only for people with facts, so the sets are the list.
  const [set, ...others] = filter?.exactly ?? [];
  if (filter && set && SIDES[tab] && !search)
    return sql`WITH ${join(filter.ctes, ", ")} SELECT count(*)::bigint AS count FROM ${set} AS members
      WHERE ${SIDES[tab]} ${join([empty, ...others.map(isIn)], " ")}
        ${internal === "with" ? empty : sql`AND ${notInternalInScan(scope.projectId, sql`members.person`)}`}`;
  return everybodySql(scope, selection, sql`count(*)::bigint AS count`);
}

const isIn = (set: Sql): Sql => sql`AND members.person IN (SELECT person FROM ${set})`;

/** A sample has this many ranges of this many neighbours, of profiles and of visitors each. */
const SAMPLE_STRETCHES = 250;
const SAMPLE_NEIGHBOURS = 20;

/**
 * How many of a random sample are on the list, once for profiles and once for visitors: `hits` of `sampled`, and
 * `people`, the population. profile_facts_pkey: O(10,000 people), and one pass over an index to count everybody.
 */
export function peopleSampleQuery(scope: ProjectScope, selection: Selection): Sql {
  const ctes = selection.filter?.ctes ?? [];
  const sides = branchesOf(scope, selection, false, "probe").map(({ anonymous, from, who, where }) => {
    const side = sql`n.project_id = ${scope.projectId} AND ${anonymous ? sql`n.person < 0` : sql`n.person > 0`}`;
    return sql`
      SELECT count(*) FILTER (WHERE ${who(scope)} AND ${where}) AS hits, count(*) AS sampled,
             (SELECT count(*) FROM profile_facts
                 WHERE project_id = ${scope.projectId} AND anonymous = ${anonymous}) AS people
        FROM (SELECT min(n.person) AS first, max(n.person) AS last FROM profile_facts n WHERE ${side}) ends
       CROSS JOIN LATERAL (SELECT ends.first + floor(random() * (ends.last - ends.first + 1))::bigint AS person
           FROM generate_series(1, ${SAMPLE_STRETCHES})) start
       CROSS JOIN LATERAL (
         SELECT n.* FROM profile_facts n
           WHERE ${side} AND n.person >= start.person ORDER BY n.person LIMIT ${SAMPLE_NEIGHBOURS}) f ${from}`;
  });
  return sql`${ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : empty} ${join(sides, " UNION ALL ")}`;
}
