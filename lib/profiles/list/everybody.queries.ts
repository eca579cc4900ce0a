import sql, { empty, join, type Sql } from "sql-template-tag";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import type { Scope } from "@/lib/scope";
import { branchesOf, fewSql, IS_FEW } from "./branches.queries";
import type { Lookup } from "./filter";
import type { Order } from "./order.queries";
import type { Selection } from "./selection";

/** Jobs have no member or client behind them; they go through all projects. */
type ProjectScope = Pick<Scope, "projectId">;

/** All people, for a statement of its own that reads them once (exports, sizes). Rows: person. */
export const everybodyQuery = (scope: ProjectScope, selection: Selection): Sql =>
  everybodySql(scope, selection, sql`person`);

/**
 * Up to this many people are joined to what they did; for more, what everybody did is scanned and each person tested.
 */
const FEW_MEMBERS = 5_000;

/**
 * The same people for lists of what they did. Finds at most 5,001 of them, and none for a rule whose set is large: then
 * only what testing person by person needs is read.
 */
export function peopleSetOf(scope: ProjectScope, selection: Selection): PeopleSet {
  const ctes = [...(selection.filter?.ctes ?? [])];
  const within = selection.filter?.within;
  if (within) ctes.push(fewSql(within));
  const wanted = within ? IS_FEW : sql`true`;
  const all = branchesOf(selection, false, within ? "start" : "hash").map(
    ({ from, who, where }) =>
      sql`SELECT f.person FROM profile_facts f ${from} WHERE ${wanted} AND ${who(scope)} AND ${where}`,
  );
  ctes.push(
    sql`few_members AS MATERIALIZED (SELECT person FROM (${join(all, " UNION ALL ")}) q LIMIT ${FEW_MEMBERS + 1})`,
  );
  const asked = branchesOf(selection, false, "probe").map(({ anonymous, from, who, where }) => {
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
export function everybodyInOrderQuery(scope: ProjectScope, selection: Selection, order: Order): Sql {
  const direction = order.descending ? sql`DESC` : sql`ASC`;
  const names = [sql`k0`, sql`k1`].slice(0, order.keys.length);
  const keys = order.keys.map(({ column }, i) => sql`${column} AS ${names[i]}`);
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
    branchesOf(selection, property, lookup).map(
      ({ from, who, where }) =>
        sql`SELECT ${selected} FROM profile_facts f ${from} WHERE ${when} AND ${who(scope)} AND ${where}`,
    );
  const within = selection.filter?.within;
  if (within) ctes.push(fewSql(within));
  const parts = within ? [...all("start", IS_FEW), ...all("hash", sql`NOT ${IS_FEW}`)] : all("hash", sql`true`);
  const sets = ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : empty;
  return sql`${sets} SELECT ${columns} FROM (${join(parts, " UNION ALL ")}) q`;
}
