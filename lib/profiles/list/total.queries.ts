import sql, { empty, join, type Sql } from "sql-template-tag";
import { isCanceled } from "@/lib/db/heavy.queries";
import { pool, transaction } from "@/lib/db/pool";
import type { Search } from "@/lib/profiles/search/search-text.queries";
import type { ListProfilesOptions, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { branchesOf, SIDES } from "./branches.queries";
import { everybodySql } from "./everybody.queries";
import { type Selection, selectionOf } from "./selection";

type ProjectScope = Pick<Scope, "projectId">;

/** How long an exact total may take, in ms; after that a sample has to do. */
const COUNT_BUDGET_MS = 800;
/** The same of rules that walk over events: a sample of people would have to walk as far. */
const WALKS_COUNT_BUDGET_MS = 2_000;

/** See Total. Exact by counting while the budget lasts, else by a sample of some 10,000 people. */
export async function countSelection(
  scope: Scope,
  options: Pick<ListProfilesOptions, "filter" | "windowDays">,
  tab: Tab,
  search: Search | undefined,
): Promise<Total> {
  const selection = selectionOf(options, tab, search);
  const budgetMs = selection.filter?.walks ? WALKS_COUNT_BUDGET_MS : COUNT_BUDGET_MS;
  try {
    const { rows } = await transaction(pool(), async (tx) => {
      await tx.query(
        sql`SELECT set_config('statement_timeout', ${String(budgetMs)}, true), set_config('work_mem', '128MB', true)`,
      );
      return tx.query<{ count: number }>(peopleCountQuery(scope, selection));
    });
    return { count: rows[0]?.count ?? 0, exact: true };
  } catch (error) {
    if (!isCanceled(error)) throw error;
  }
  return { count: twoDigits(await samplePeople(scope, selection)), exact: false };
}

/** About how many people are on a list. Where the sample met nobody, as many as it could still have missed. */
export async function samplePeople(scope: Pick<Scope, "projectId">, selection: Selection): Promise<number> {
  type Side = { hits: number; sampled: number; people: number };
  const { rows } = await pool().query<Side>(peopleSampleQuery(scope, selection));
  const met = rows.reduce((sum, { hits, sampled, people }) => sum + (sampled > 0 ? (people * hits) / sampled : 0), 0);
  return met > 0 ? met : Math.max(0, ...rows.map(({ sampled, people }) => (sampled > 0 ? people / sampled : 0)));
}

/** 12,345 → 12,000: an estimate must not look exact. */
export function twoDigits(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / unit) * unit;
}

/**
 * How many people there are: O(people), of the index a rule's conditions ride on, or of the set everybody is in when
 * that is small.
 */
export function peopleCountQuery(scope: ProjectScope, selection: Selection): Sql {
  const { filter, tab, search } = selection;
  // Lifetime counts are kept of those only who have facts, so the set is the list.
  if (filter?.isSet && filter.within && SIDES[tab] && !search)
    return sql`WITH ${join(filter.ctes, ", ")} SELECT count(*)::bigint AS count FROM ${filter.within}
      WHERE ${SIDES[tab]}`;
  return everybodySql(scope, selection, sql`count(*)::bigint AS count`);
}

/** A sample is so many stretches of so many neighbours, of profiles and of visitors each. */
const SAMPLE_STRETCHES = 250;
const SAMPLE_NEIGHBOURS = 20;

/**
 * How many of a random sample are on the list, once for profiles and once for visitors: `hits` of `sampled`, and
 * `people`, how many there are to sample from. profile_facts_pkey: O(10,000 people), and one pass over an index to
 * count everybody.
 */
export function peopleSampleQuery(scope: ProjectScope, selection: Selection): Sql {
  const ctes = selection.filter?.ctes ?? [];
  const sides = branchesOf(selection, false, "probe").map(({ anonymous, from, who, where }) => {
    const side = sql`n.project_id = ${scope.projectId} AND ${anonymous ? sql`n.person < 0` : sql`n.person > 0`}`;
    return sql`
      SELECT count(*) FILTER (WHERE ${who(scope)} AND ${where}) AS hits, count(*) AS sampled,
             (SELECT count(*) FROM profile_facts
                 WHERE project_id = ${scope.projectId} AND anonymous = ${anonymous}) AS people
        FROM (SELECT min(n.person) AS least, max(n.person) AS most FROM profile_facts n WHERE ${side}) ends
       CROSS JOIN LATERAL (SELECT least + floor(random() * (most - least + 1))::bigint AS person
           FROM generate_series(1, ${SAMPLE_STRETCHES})) start
       CROSS JOIN LATERAL (
         SELECT n.* FROM profile_facts n
           WHERE ${side} AND n.person >= start.person ORDER BY n.person LIMIT ${SAMPLE_NEIGHBOURS}) f ${from}`;
  });
  return sql`${ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : empty} ${join(sides, " UNION ALL ")}`;
}
