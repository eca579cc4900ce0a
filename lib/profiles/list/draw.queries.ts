import sql, { join, raw, type Sql } from "sql-template-tag";
import { notInternalPerRow } from "@/lib/identity/own-team.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Scope } from "@/lib/scope";
import { everybodySql } from "./everybody.queries";
import { branchesOf, type Selection } from "./people.queries";

/**
 * Random but stable samples of people: those with the lowest hashes of their number. Two lists drawn from one sample
 * are drawn fairly from the people of both.
 */

const HASH_VALUES = 2 ** 31;
/** As in profile_facts_sample_idx. */
const hashOf = (person: Sql): Sql => sql`(hashint8(${person}) & ${raw(String(HASH_VALUES - 1))})`;

/** The population that lists are drawn from. `people`: null for everybody. `share`: its share of everybody, 0 to 1. */
export type Universe = { people: number[] | null; share: number };

/**
 * Everybody except the own team, or a sample of `size` of them; the sample's largest hash gives its share, to within
 * 1/√size. Index-only scan of profile_facts_sample_idx, O(size).
 */
export async function universeOf(scope: Scope, size: number): Promise<Universe> {
  const hash = hashOf(sql`f.person`);
  const { rows } = await readHeavily<{ people: number[] | null; found: number; next: number }>(
    scope,
    sql`
    SELECT array_agg(person::float8) FILTER (WHERE position <= ${size}) AS people, count(*) AS found, max(hash) AS next
      FROM (SELECT person, hash, row_number() OVER (ORDER BY hash, person) AS position
              FROM (SELECT f.person, ${hash} AS hash FROM profile_facts f
                     WHERE f.project_id = ${scope.projectId} AND ${notInternalPerRow(scope.projectId, sql`f.person`)}
                     ORDER BY ${hash}, f.person LIMIT ${size + 1}) q) n`,
  );
  const { people, found, next } = rows[0] ?? { people: null, found: 0, next: 0 };
  if (found <= size || people === null) return { people: null, share: 1 };
  return { people, share: Math.min(1, next / HASH_VALUES) };
}

/** `people`: at most as many as requested. `found`: how many there were to draw from; `share`: as in Universe. */
export type Draw = { people: number[]; found: number; share: number };

/** A universe with too few people of a list is widened by the factor that should suffice, with a margin. */
const MARGIN = 1.25;
/** If it would have to be widened more than this, everybody is read instead. */
const MAX_FACTOR = 6;

/**
 * At most `limit` people of the universe who are on a list. If there are fewer than `enough` in it and it is not
 * everybody, draws from a wider one, or from everybody if that would have to be more than six times as wide.
 * O(universe), or O(people) like everybodyQuery.
 */
export async function drawPeople(
  scope: Scope,
  selection: Selection,
  universe: Universe,
  { limit, enough }: { limit: number; enough: number },
): Promise<Draw> {
  const drawn = await draw(scope, selection, universe, limit);
  if (universe.people === null || drawn.found >= enough) return drawn;
  const factor = Math.ceil((MARGIN * enough) / drawn.found);
  if (factor <= MAX_FACTOR)
    return draw(scope, selection, await universeOf(scope, factor * universe.people.length), limit);
  return draw(scope, selection, { people: null, share: 1 }, limit);
}

async function draw(scope: Scope, selection: Selection, { people, share }: Universe, limit: number): Promise<Draw> {
  const list = people ? amongSql(scope, selection, people) : everybodySql(scope, selection, sql`person`);
  const { rows } = await readHeavily<{ found: number; people: number[] | null }>(
    scope,
    sql`
    WITH found AS MATERIALIZED (${list})
    SELECT (SELECT count(*) FROM found) AS found,
           (SELECT array_agg(d.person::float8)
              FROM (SELECT person FROM found ORDER BY ${hashOf(sql`person`)}, person LIMIT ${limit}) d) AS people`,
  );
  return { people: rows[0]?.people ?? [], found: rows[0]?.found ?? 0, share };
}

/** The `people` who are on the list, each looked up by primary key and tested individually. */
export function amongSql(scope: Pick<Scope, "projectId">, selection: Selection, people: readonly number[]): Sql {
  const ctes = [sql`candidates AS MATERIALIZED (SELECT person FROM unnest(${people}::bigint[]) q(person))`];
  ctes.push(...(selection.filter?.ctes ?? []));
  const parts = branchesOf(scope, selection, false, "probe").map(
    ({ from, who, where }) => sql`
      SELECT f.person FROM candidates c JOIN profile_facts f ON f.person = c.person ${from}
       WHERE ${who(scope)} AND ${where}`,
  );
  return sql`WITH ${join(ctes, ", ")} SELECT person FROM (${join(parts, " UNION ALL ")}) q`;
}
