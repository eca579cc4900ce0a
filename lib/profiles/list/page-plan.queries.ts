import sql, { empty, join, raw, type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import { BARE_PROFILES, branchesOf, fewSql, IS_FEW, MAX_PROBED, SIDES } from "./branches.queries";
import type { Lookup } from "./filter";
import { type Order, tailOf } from "./order.queries";
import type { Selection } from "./selection";

/** Jobs have no member or client behind them; they go through all projects. */
type ProjectScope = Pick<Scope, "projectId">;

/**
 * The row a page starts behind: its keys as text, and the person. `keys` is null among those without a value, who come
 * last.
 */
export type PeoplePosition = { keys: string[] | null; person: number };

/** A row of a page; `keys` is null in the tail of those without a value. */
export type FoundPerson = { person: number; keys: string[] | null };

/**
 * The next `limit` people behind `from`, in order; `tail`: of those without a value rather than of those with one.
 * Profiles and visitors are a branch each, because each has its own index in the wanted order (profile_facts_*_idx) and
 * its own properties (profiles.props, facts.props); the sets a rule looks up are materialized once for both. Texts and
 * properties are read in the order of profile_values_value_idx once a job has made their sorted copies; until then the
 * query reads and sorts everybody who is left.
 *
 * For a rule with sets the statement holds up to three plans. Postgres picks one as it runs, when the sizes are known:
 * - Probe people one by one down the list's index, which fills a page soon unless matches are rare there.
 * - After MAX_PROBED people without a full page: start from the set, if it is small.
 * - Otherwise: hash the whole set in memory.
 * The plans not taken read nothing.
 */
export function peopleQuery(
  scope: ProjectScope,
  selection: Selection,
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
  const bare = order.readsProps && !selection.filter && !selection.search && SIDES[selection.tab] !== null;
  const whole = (lookup: Lookup) =>
    branchesOf(selection, order.readsProps, lookup).map(({ anonymous, from, who, where }) =>
      ordered(
        bare && !anonymous ? BARE_PROFILES : sql`FROM ${order.from} ${from}`,
        sql`${who(scope)} AND ${order.where(anonymous)} ${behind} AND ${where}`,
      ),
    );
  const ctes = [...(selection.filter?.ctes ?? [])];
  const within = selection.filter?.within;
  const parts: Sql[] = [];
  if (ctes.length === 0) parts.push(...whole("hash"));
  else {
    if (within) ctes.push(fewSql(within));
    const probes = order.readsAll ? [] : branchesOf(selection, false, "probe");
    const [small, large] = [within ? whole("start") : [], whole("hash")];
    for (let i = 0; i < large.length; i++) {
      let left = sql`true`;
      const probe = probes[i];
      if (probe) {
        const first = sql`SELECT ${order.picked} FROM ${order.from}
          WHERE ${probe.who(scope)} AND ${order.where(probe.anonymous)} ${behind}
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
