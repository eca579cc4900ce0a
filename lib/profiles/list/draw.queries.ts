import sql, { join, type Sql } from "sql-template-tag";
import { readHeavily } from "@/lib/db/heavy.queries";
import type { Scope } from "@/lib/scope";
import { branchesOf } from "./branches.queries";
import { everybodySql } from "./everybody.queries";
import type { Selection } from "./selection";

/**
 * Random but stable samples of people: those with the lowest hashes of their number. Two lists drawn from one sample
 * are drawn fairly from the people of both.
 */

const HASH_VALUES = 2 ** 31;
const hashOf = (person: Sql): Sql => sql`(hashint8(${person}) & ${HASH_VALUES - 1})`;

/** The population lists are drawn from: `people` is null if that is everybody; `share` is its share of everybody. */
export type Universe = { people: number[] | null; share: number };

/**
 * Everybody, or a sample of about `most` of them. Index-only scan of profile_facts_pkey, O(people); twice if there are
 * more than `most`.
 */
export async function universeOf(scope: Scope, most: number): Promise<Universe> {
  const mine = sql`f.project_id = ${scope.projectId}`;
  const { rows } = await readHeavily<{ people: number }>(
    sql`SELECT count(*) AS people FROM profile_facts f WHERE ${mine}`,
  );
  const share = most / Math.max(1, rows[0]?.people ?? 0);
  if (share >= 1) return { people: null, share: 1 };
  const drawn = await readHeavily<{ people: number[] }>(sql`
    SELECT array_agg(f.person::float8) AS people FROM profile_facts f
     WHERE ${mine} AND ${hashOf(sql`f.person`)} < ${Math.round(share * HASH_VALUES)}`);
  return { people: drawn.rows[0]?.people ?? [], share };
}

/** `people`: at most as many as requested. `found`: how many there were to draw from; `share`: as in Universe. */
export type Draw = { people: number[]; found: number; share: number };

/**
 * People of the universe who are on a list, at most `limit` of them. If the universe has fewer than `enough` of them
 * and is not everybody, they are drawn from everybody instead. O(universe), else O(people) like everybodyQuery.
 */
export async function drawPeople(
  scope: Scope,
  selection: Selection,
  universe: Universe,
  { limit, enough }: { limit: number; enough: number },
): Promise<Draw> {
  const drawn = await draw(scope, selection, universe, limit);
  if (universe.people === null || drawn.found >= enough) return drawn;
  return draw(scope, selection, { people: null, share: 1 }, limit);
}

async function draw(scope: Scope, selection: Selection, { people, share }: Universe, limit: number): Promise<Draw> {
  const list = people ? amongSql(scope, selection, people) : everybodySql(scope, selection, sql`person`);
  const { rows } = await readHeavily<{ found: number; people: number[] | null }>(sql`
    WITH found AS MATERIALIZED (${list})
    SELECT (SELECT count(*) FROM found) AS found,
           (SELECT array_agg(d.person::float8)
              FROM (SELECT person FROM found ORDER BY ${hashOf(sql`person`)}, person LIMIT ${limit}) d) AS people`);
  return { people: rows[0]?.people ?? [], found: rows[0]?.found ?? 0, share };
}

/** The `people` who are on the list, each looked up by primary key and tested individually. */
function amongSql(scope: Scope, selection: Selection, people: number[]): Sql {
  const ctes = [sql`asked AS MATERIALIZED (SELECT person FROM unnest(${people}::bigint[]) q(person))`];
  ctes.push(...(selection.filter?.ctes ?? []));
  const parts = branchesOf(selection, false, "probe").map(
    ({ from, who, where }) => sql`
      SELECT f.person FROM asked a JOIN profile_facts f ON f.person = a.person ${from}
       WHERE ${who(scope)} AND ${where}`,
  );
  return sql`WITH ${join(ctes, ", ")} SELECT person FROM (${join(parts, " UNION ALL ")}) q`;
}
