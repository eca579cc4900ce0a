import sql, { empty, join, raw, type Sql } from "sql-template-tag";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import type { Tab } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { BARE_PROFILES, branchesOf, fewSql, IS_FEW, MAX_PROBED } from "./branches.queries";
import type { Lookup } from "./filter";
import { type Order, tailOf } from "./order.queries";
import type { Which } from "./selection";

/** Jobs have no member or client behind them; they go through all projects. */
type ProjectScope = Pick<Scope, "projectId">;

/** Behind which row a page starts: its keys as text, and the person. `nulls`: among those without a value, who come last. */
export type PeoplePosition = { keys: string[] | null; person: number };

/** Where a page's rows are and in what order; `keys` is null in the tail of those without a value. */
export type FoundPerson = { person: number; keys: string[] | null };

/**
 * The next `limit` people behind `from`, in order; `tail`: of those without a value rather than of those with one. Profiles and
 * visitors are one branch each, because each has an index in the order wanted (profile_facts_*_idx) and properties of its own
 * (profiles.props, facts.props); the sets a rule looks up are worked out once for both. Texts and properties have their order in
 * profile_values_value_idx once somebody has sorted by them and the job has been there; until then everybody the rest leaves is read.
 *
 * A rule with sets is gone about in up to three ways, picked by Postgres as it runs because only then are the sizes known: person
 * by person down the list's own index, which finds a page soon unless those who match are rare there; else, after MAX_PROBED
 * people, from the set when it is small; else with the whole set in memory. A way that does not apply reads nothing.
 */
export function peopleQuery(
  scope: ProjectScope,
  which: Which,
  wanted: Order,
  page: { from: PeoplePosition | undefined; tail: boolean; limit: number },
): Sql {
  const order = page.tail ? tailOf(wanted) : wanted;
  const direction = order.descending ? sql`DESC` : sql`ASC`;
  const names = [sql`k0`, sql`k1`].slice(0, order.keys.length);
  const keys = join(
    order.keys.map(({ column }, i) => sql`${column} AS ${names[i]}`),
    ", ",
  );
  const columns = join(
    [...order.keys.map(({ column }) => column), order.person].map((column) => sql`${column} ${direction}`),
    ", ",
  );
  const result = join(
    [...names, sql`person`].map((column) => sql`${column} ${direction}`),
    ", ",
  );
  const behind = behindSql(order, page);
  const ordered = (from: Sql, where: Sql) =>
    sql`(SELECT ${keys}, f.person ${from} WHERE ${where} ORDER BY ${columns} LIMIT ${page.limit})`;
  const bare = order.readsProps && !which.filter && !which.search && SIDES[which.tab] !== null;
  const whole = (lookup: Lookup) =>
    branchesOf(which, order.readsProps, lookup).map(({ anonymous, from, who, where }) =>
      ordered(
        bare && !anonymous ? BARE_PROFILES : sql`FROM ${order.from} ${from}`,
        sql`${who(scope)} AND ${order.where(anonymous)} ${behind} AND ${where}`,
      ),
    );
  const ctes = [...(which.filter?.ctes ?? [])];
  const within = which.filter?.within;
  const parts: Sql[] = [];
  if (ctes.length === 0) parts.push(...whole("hash"));
  else {
    if (within) ctes.push(fewSql(within));
    const probes = order.readsAll ? [] : branchesOf(which, false, "probe");
    const [small, large] = [within ? whole("start") : [], whole("hash")];
    for (let i = 0; i < large.length; i++) {
      let left = sql`true`;
      const probe = probes[i];
      if (probe) {
        const first = sql`SELECT ${order.picked} FROM ${order.from} WHERE ${probe.who(scope)} AND ${order.where(probe.anonymous)} ${behind}
          ORDER BY ${columns} LIMIT ${MAX_PROBED}`;
        const probed = raw(`probed_${i}`);
        ctes.push(
          sql`${probed} AS MATERIALIZED ${ordered(sql`FROM (${first}) ${order.again} ${probe.from}`, probe.where)}`,
        );
        const isPage = sql`(SELECT count(*) >= ${page.limit} FROM ${probed})`;
        parts.push(sql`SELECT * FROM ${probed} WHERE ${isPage}`);
        left = sql`NOT ${isPage}`;
      }
      // CASE, so that the set is not even begun to be worked out where the page is found.
      if (small[i]) {
        parts.push(sql`SELECT * FROM ${small[i] as Sql} q WHERE CASE WHEN ${left} THEN ${IS_FEW} END`);
        left = sql`CASE WHEN ${left} THEN NOT ${IS_FEW} END`;
      }
      parts.push(sql`SELECT * FROM ${large[i] as Sql} q WHERE ${left}`);
    }
  }
  const sets = ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : empty;
  return sql`${sets} SELECT person, ${
    page.tail
      ? sql`NULL::text[]`
      : sql`ARRAY[${join(
          names.map((name) => sql`${name}::text`),
          ", ",
        )}]`
  } AS keys
    FROM (${join(parts, " UNION ALL ")}) q ORDER BY ${result} LIMIT ${page.limit}`;
}

/**
 * How many people there are: O(people), of the index a rule's conditions ride on, or of the set everybody is in when that is small.
 */
export function peopleCountQuery(scope: ProjectScope, which: Which): Sql {
  const { filter, tab, search } = which;
  // Lifetime counts are kept of those only who have facts, so the set is the list.
  if (filter?.isSet && filter.within && SIDES[tab] && !search)
    return sql`WITH ${join(filter.ctes, ", ")} SELECT count(*)::bigint AS count FROM ${filter.within} WHERE ${SIDES[tab]}`;
  return everybodySql(scope, which, sql`count(*)::bigint AS count`);
}

/** Who stands on a list for no other reason than what they are; the others take more than a person's number. */
const SIDES: { [Of in Tab]: Sql | null } = {
  everyone: sql`true`,
  identified: sql`person > 0`,
  anonymous: sql`person < 0`,
  power: null,
  quiet: null,
};

/** A sample is so many stretches of so many neighbours, of profiles and of visitors each. */
const SAMPLE_STRETCHES = 250;
const SAMPLE_NEIGHBOURS = 20;

/**
 * How many of a random sample are on the list, once for profiles and once for visitors: `hits` of `sampled`, and `people`, how many
 * there are to sample from. profile_facts_pkey: O(10,000 people), and one pass over an index to count everybody.
 */
export function peopleSampleQuery(scope: ProjectScope, which: Which): Sql {
  const ctes = which.filter?.ctes ?? [];
  const sides = branchesOf(which, false, "probe").map(({ anonymous, from, who, where }) => {
    const side = sql`n.project_id = ${scope.projectId} AND ${anonymous ? sql`n.person < 0` : sql`n.person > 0`}`;
    return sql`
      SELECT count(*) FILTER (WHERE ${who(scope)} AND ${where}) AS hits, count(*) AS sampled,
             (SELECT count(*) FROM profile_facts WHERE project_id = ${scope.projectId} AND anonymous = ${anonymous}) AS people
        FROM (SELECT min(n.person) AS least, max(n.person) AS most FROM profile_facts n WHERE ${side}) ends
       CROSS JOIN LATERAL (SELECT least + floor(random() * (most - least + 1))::bigint AS person FROM generate_series(1, ${SAMPLE_STRETCHES})) start
       CROSS JOIN LATERAL (
         SELECT n.* FROM profile_facts n WHERE ${side} AND n.person >= start.person ORDER BY n.person LIMIT ${SAMPLE_NEIGHBOURS}) f ${from}`;
  });
  return sql`${ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : empty} ${join(sides, " UNION ALL ")}`;
}

/** All people, for a statement of its own that reads them once (exports, sizes). Rows: person. */
export const everybodyQuery = (scope: ProjectScope, which: Which): Sql => everybodySql(scope, which, sql`person`);

/** Of fewer members than this each is gone to; what more people did is walked over, and each person asked about. */
const FEW_MEMBERS = 5_000;

/**
 * The same people for lists of what they did. At most 5,001 of them are looked for; of a rule whose set is large none, and nothing
 * is worked out that asking person by person does not need.
 */
export function membersOf(scope: ProjectScope, which: Which): PeopleSet {
  const ctes = [...(which.filter?.ctes ?? [])];
  const within = which.filter?.within;
  if (within) ctes.push(fewSql(within));
  const wanted = within ? IS_FEW : sql`true`;
  const all = branchesOf(which, false, within ? "start" : "hash").map(
    ({ from, who, where }) =>
      sql`SELECT f.person FROM profile_facts f ${from} WHERE ${wanted} AND ${who(scope)} AND ${where}`,
  );
  ctes.push(
    sql`few_members AS MATERIALIZED (SELECT person FROM (${join(all, " UNION ALL ")}) q LIMIT ${FEW_MEMBERS + 1})`,
  );
  const asked = branchesOf(which, false, "probe").map(({ anonymous, from, who, where }) => {
    const side = anonymous ? sql`<` : sql`>`;
    // OFFSET 0 keeps Postgres from working everybody out instead.
    return (person: Sql) => sql`WHEN ${person} ${side} 0 THEN EXISTS (
      SELECT 1 FROM profile_facts f ${from} WHERE f.person = ${person} AND ${who(scope)} AND ${where} OFFSET 0)`;
  });
  return {
    ctes,
    isFew: sql`(${wanted} AND (SELECT count(*) <= ${FEW_MEMBERS} FROM few_members))`,
    has: (person) =>
      sql`CASE ${join(
        asked.map((one) => one(person)),
        " ",
      )} ELSE false END`,
  };
}

/** All people in the order of their list, those without a value last. Sorts O(people). Rows: person. */
export function everybodyInOrderQuery(scope: ProjectScope, which: Which, order: Order): Sql {
  const direction = order.descending ? sql`DESC` : sql`ASC`;
  const names = [sql`k0`, sql`k1`].slice(0, order.keys.length);
  const keys = order.keys.map(({ column }, i) => sql`${column} AS ${names[i]}`);
  const by = [...names.map((name) => sql`${name} ${direction} NULLS LAST`), sql`person ${direction}`];
  const everybody = everybodySql(scope, which, sql`*`, { keys, property: order.readsProps });
  return sql`SELECT person FROM (${everybody}) o ORDER BY ${join(by, ", ")}`;
}

function everybodySql(
  scope: ProjectScope,
  which: Which,
  columns: Sql,
  { keys, property }: { keys: Sql[]; property: boolean } = { keys: [], property: false },
): Sql {
  const ctes = [...(which.filter?.ctes ?? [])];
  const selected = join([sql`f.person`, ...keys], ", ");
  const all = (lookup: Lookup, when: Sql) =>
    branchesOf(which, property, lookup).map(
      ({ from, who, where }) =>
        sql`SELECT ${selected} FROM profile_facts f ${from} WHERE ${when} AND ${who(scope)} AND ${where}`,
    );
  const within = which.filter?.within;
  if (within) ctes.push(fewSql(within));
  const parts = within ? [...all("start", IS_FEW), ...all("hash", sql`NOT ${IS_FEW}`)] : all("hash", sql`true`);
  const sets = ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : empty;
  return sql`${sets} SELECT ${columns} FROM (${join(parts, " UNION ALL ")}) q`;
}

function behindSql(
  { keys, descending, person }: Order,
  { from, tail }: { from: PeoplePosition | undefined; tail: boolean },
): Sql {
  const than = descending ? sql`<` : sql`>`;
  const only =
    keys.length === 1 && keys[0]?.nullable ? sql`AND ${keys[0].column} IS ${tail ? sql`NULL` : sql`NOT NULL`}` : empty;
  if (!from || (tail && from.keys !== null)) return only;
  if (tail) return sql`${only} AND ${person} ${than} ${from.person}::bigint`;
  const own = join([...keys.map(({ column }) => column), person], ", ");
  const values = (from.keys as string[]).map((value, i) => sql`${value}::${keys[i]?.type}`);
  return sql`${only} AND (${own}) ${than} (${join([...values, sql`${from.person}::bigint`], ", ")})`;
}
