import sql, { empty, join, raw, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor, unreadableCursor } from "@/lib/db/cursor";
import { readHeavily } from "@/lib/db/heavy.queries";
import { detailsOf } from "@/lib/profiles/person/person.queries";
import { liveRows, type PersonRow, toSummary } from "@/lib/profiles/person/person-rows.queries";
import type { Search } from "@/lib/profiles/search/search-text.queries";
import type { ListProfilesOptions, Page, ProfileSummary, Tab } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { BARE_PROFILES, branchesOf, fewSql, IS_FEW, MAX_PROBED, SIDES } from "./branches.queries";
import type { Lookup } from "./filter";
import { keptKey, type Order, orderOf, tailOf } from "./order.queries";
import { type Selection, selectionOf } from "./selection";
import { keptIn } from "./sorted-columns.store";

const UNREADABLE = /^22/;

const position = z.tuple([z.literal("people"), z.string(), z.array(z.string()).nullable(), z.number().int()]);

/**
 * A page of people in an order of profile_facts, with keyset pagination like all lists. The order and the rule are a
 * second or two behind; the values shown are live, and people who no longer exist are left out. One statement finds the
 * page; a second is only needed where people without a value begin.
 */
export async function materializedList(
  scope: Scope,
  options: ListProfilesOptions,
  tab: Tab,
  search: Search | undefined,
): Promise<Page<ProfileSummary>> {
  const selection = selectionOf(options, tab, search);
  const key = options.sort ? keptKey(options.sort.by) : null;
  const order = orderOf(
    options.sort,
    tab,
    selection.windowDays,
    key === null ? null : await keptIn(scope, key, selection.now),
  );
  const name = JSON.stringify([tab, selection.windowDays, options.sort ?? null]);
  const cursor = decodeCursor(options.cursor, position);
  if (cursor && (cursor[1] !== name || (cursor[2] && cursor[2].length !== order.keys.length))) throw unreadableCursor();
  let from: PeoplePosition | undefined = cursor && { keys: cursor[2], person: cursor[3] };
  let tail = cursor ? cursor[2] === null : false;
  const limit = options.limit + 1;
  const hasTail = order.keys.length === 1 && order.keys[0]?.nullable === true;
  const found: { at: FoundPerson; row: PersonRow }[] = [];
  for (;;) {
    const query = peopleQuery(scope, selection, order, { from, tail, limit });
    const page = await find(selection, query, cursor !== undefined, order.readsAll);
    const live = await liveRows(
      scope,
      page.map(({ person }) => person),
    );
    for (const at of page) {
      const row = live.get(at.person);
      if (row) found.push({ at, row });
    }
    const last = page.at(-1);
    if (found.length >= limit) break;
    if (last && page.length === limit) from = last;
    else if (tail || !hasTail) break;
    else [tail, from] = [true, undefined];
  }
  const shown = found.slice(0, options.limit);
  const factsOf = await detailsOf(
    scope,
    shown.map(({ row }) => row),
  );
  const end = shown.at(-1)?.at;
  return {
    rows: shown.map(({ row }) => toSummary(row, factsOf(row))),
    next: found.length > shown.length && end ? encodeCursor(["people", name, end.keys, end.person]) : null,
  };
}

/**
 * Runs a query over people. A rule's sets may be hashed in memory. No parallel workers unless everybody has to be read
 * for want of an index: starting them takes longer than finding a page. No Memoize of looked-up facts either: sized for
 * a million people, it takes 20 ms to set up, and each person comes once.
 */
async function find(selection: Selection, query: Sql, hasCursor: boolean, helpers: boolean): Promise<FoundPerson[]> {
  const memory = selection.filter && selection.filter.ctes.length > 0 ? "128MB" : "16MB";
  try {
    const { rows } = await readHeavily<FoundPerson>(query, {
      work_mem: memory,
      max_parallel_workers_per_gather: helpers ? "2" : "0",
      enable_memoize: "off",
    });
    return rows;
  } catch (error) {
    if (hasCursor && UNREADABLE.test(codeOf(error) ?? "")) throw unreadableCursor();
    throw error;
  }
}

const codeOf = (error: unknown): string | undefined => z.object({ code: z.string() }).safeParse(error).data?.code;

/** Jobs have no member or client behind them; they go through all projects. */
type ProjectScope = Pick<Scope, "projectId">;

/**
 * The row a page starts after: its keys as text, and the person. `keys` is null among people without a value, who come
 * last.
 */
export type PeoplePosition = { keys: string[] | null; person: number };

/** A row of a page; `keys` is null in the tail of people without a value. */
export type FoundPerson = { person: number; keys: string[] | null };

/**
 * The next `limit` people after `from`, in order; `tail`: of those without a value instead of those with one. Profiles
 * and visitors are a branch each, because each has its own index in the wanted order (profile_facts_*_idx) and its own
 * properties (profiles.props, facts.props); the sets a rule looks up are materialized once for both. Texts and
 * properties are read in the order of profile_values_value_idx once a job has built their sorted copies; until then the
 * query reads and sorts everybody who is left.
 *
 * For a rule with sets the statement holds up to three plans. Postgres picks one at run time, when the sizes are known:
 * - Probe people one by one along the list's index, which fills a page quickly unless matches are rare there.
 * - After MAX_PROBED people without a full page: start from the set, if it is small.
 * - Otherwise: hash the whole set in memory.
 *
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
    branchesOf(selection, order.readsProps, lookup).map(({ anonymous, from, who, where }) => {
      const isBare = bare && !anonymous;
      return ordered(
        isBare ? BARE_PROFILES : sql`FROM ${order.from} ${from}`,
        sql`${who(scope, isBare ? "everybody" : "some")} AND ${order.where(anonymous)} ${behind} AND ${where}`,
      );
    });
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
      // CASE, so that the set is not even started when the page is found without it.
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
