import sql, { empty, join, raw, type Sql } from "sql-template-tag";
import { matchesSearch, type SearchPatterns } from "@/lib/db/search-text.queries";
import { coveredPeople, type Internal, type Reads } from "@/lib/identity/own-team.queries";
import type { Lookup, PeopleFilter, PropertiesAt } from "@/lib/profiles/filter";
import { POWER_SHARE_OF_DAYS, type Tab, type WindowDays } from "@/lib/profiles/types";
import { tableBehindView } from "@/lib/reading/reading";
import { isQuiet } from "@/lib/risk/alarm.queries";
import type { Scope } from "@/lib/scope";
import { type ListOrder, storedValue, tailOf } from "./columns.queries";

/** A project without a member or client, for jobs, which go through all projects. */
type ProjectScope = Pick<Scope, "projectId">;

/**
 * The people to select, by facts: a tab, a rule, a search. `now` in ms. `internal`: without the own team by default.
 */
export type Selection = {
  tab: Tab;
  windowDays: WindowDays;
  filter?: PeopleFilter;
  search?: Search;
  internal?: Internal;
  now: number;
};

/** A pattern for search_text, and the people found by a complete anonymous id, by number. */
export type Search = { text: SearchPatterns; people: number[] };

/** A set of up to this many people is small: they are looked up one by one and sorted. */
const FEW_PEOPLE = 10_000;
/** How many people of a list are probed one by one before a set is materialized at all; about 10 ms. */
const MAX_PROBED = 3_000;

/** CTE `few_people`: a set, cut off at a size that shows that it is not small; and whether it is. */
export const fewPeople = (within: Sql): { cte: Sql; isFew: Sql } => ({
  cte: sql`few_people AS MATERIALIZED (SELECT person FROM ${within} LIMIT ${FEW_PEOPLE + 1})`,
  isFew: sql`(SELECT count(*) <= ${FEW_PEOPLE} FROM few_people)`,
});

/**
 * Profiles without their facts, for lists without a rule that are sorted by a property: reading all of them is twice as
 * fast.
 */
const BARE_PROFILES = sql`FROM profiles p
  CROSS JOIN LATERAL (SELECT p.project_id, p.id AS person, false AS anonymous, '{}'::jsonb AS props
      WHERE p.created_at IS NOT NULL) f`;

/** Tabs that only depend on a person's number; null for the others. */
export const SIDES: { [Of in Tab]: Sql | null } = {
  everyone: sql`true`,
  identified: sql`person > 0`,
  anonymous: sql`person < 0`,
  power: null,
  quiet: null,
  internal: null,
};

/**
 * The row a page starts after: its keys as text, and the person. `keys` is null among people without a value, who come
 * last.
 */
export type PeoplePosition = { keys: string[] | null; person: number };

/** A row of a page; `keys` is null in the tail of people without a value. */
export type FoundPerson = { person: number; keys: string[] | null };

/**
 * The next `limit` people after `from`, in order; with `tail`, people without a value instead of those with one.
 * Profiles and visitors are a branch each, because each has its own index in the wanted order (profile_facts_*_idx) and
 * its own properties (profiles.props, profile_facts.props); the sets that a rule looks up are materialized once for
 * both. Texts and properties are read in the order of profile_values_value_idx once a job has built their sorted copy;
 * until then the query reads and sorts everybody who is left.
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
  wanted: ListOrder,
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
  const resultOrder = join(
    [...names, sql`person`].map((column) => sql`${column} ${direction}`),
    ", ",
  );
  const after = afterSql(order, page);
  const ordered = (from: Sql, where: Sql) =>
    sql`(SELECT ${keys}, f.person ${from} WHERE ${where} ORDER BY ${columns} LIMIT ${page.limit})`;
  const bare = order.readsProps && !selection.filter && !selection.search && SIDES[selection.tab] !== null;
  const reads = bare || selection.filter ? "index" : "rows";
  const branchQueries = (lookup: Lookup) =>
    branchesOf(scope, selection, order.readsProps, lookup).map(({ anonymous, from, who, where }) => {
      const isBare = bare && !anonymous;
      const own = isBare ? sql`p.project_id = ${scope.projectId} AND` : empty;
      return ordered(
        isBare ? BARE_PROFILES : sql`FROM ${order.from} ${from}`,
        sql`${own} ${who(scope, reads)} AND ${order.where(anonymous)} ${after} AND ${where}`,
      );
    });
  const ctes = [...(selection.filter?.ctes ?? [])];
  const within = selection.filter?.within;
  const parts: Sql[] = [];
  if (ctes.length === 0) parts.push(...branchQueries("hash"));
  else {
    const few = within && fewPeople(within);
    if (few) ctes.push(few.cte);
    const probes = order.readsAll ? [] : branchesOf(scope, selection, false, "probe");
    const [small, large] = [few ? branchQueries("start") : [], branchQueries("hash")];
    for (let i = 0; i < large.length; i++) {
      let isMissing = sql`true`; // no plan so far has found the page
      const probe = probes[i];
      if (probe) {
        const first = sql`SELECT ${order.picked} FROM ${order.from}
          WHERE ${probe.who(scope, reads)} AND ${order.where(probe.anonymous)} ${after}
          ORDER BY ${columns} LIMIT ${MAX_PROBED}`;
        const probed = raw(`probed_${i}`);
        ctes.push(
          sql`${probed} AS MATERIALIZED ${ordered(sql`FROM (${first}) ${order.again} ${probe.from}`, probe.where)}`,
        );
        const isPage = sql`(SELECT count(*) >= ${page.limit} FROM ${probed})`;
        parts.push(sql`SELECT * FROM ${probed} WHERE ${isPage}`);
        isMissing = sql`NOT ${isPage}`;
      }
      // CASE, so that the set is not evaluated when the page is found without it.
      if (few) {
        parts.push(sql`SELECT * FROM ${small[i] as Sql} q WHERE CASE WHEN ${isMissing} THEN ${few.isFew} END`);
        isMissing = sql`CASE WHEN ${isMissing} THEN NOT ${few.isFew} END`;
      }
      parts.push(sql`SELECT * FROM ${large[i] as Sql} q WHERE ${isMissing}`);
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
    FROM (${join(parts, " UNION ALL ")}) q ORDER BY ${resultOrder} LIMIT ${page.limit}`;
}

function afterSql(
  { keys, descending, person }: ListOrder,
  { from, tail }: { from: PeoplePosition | undefined; tail: boolean },
): Sql {
  const than = descending ? sql`<` : sql`>`;
  const hasValue =
    keys.length === 1 && keys[0]?.nullable ? sql`AND ${keys[0].column} IS ${tail ? sql`NULL` : sql`NOT NULL`}` : empty;
  if (!from || (tail && from.keys !== null)) return hasValue;
  if (tail) return sql`${hasValue} AND ${person} ${than} ${from.person}::bigint`;
  const columns = join([...keys.map(({ column }) => column), person], ", ");
  const values = (from.keys as string[]).map((value, i) => sql`${value}::${keys[i]?.type}`);
  return sql`${hasValue} AND (${columns}) ${than} (${join([...values, sql`${from.person}::bigint`], ", ")})`;
}

/**
 * One half of a list, profiles or visitors. `from` is joined to `profile_facts f`; `who` selects the tab's people,
 * `where` those who match the rule and the search. `reads`: how the own team is excluded
 * (lib/identity/own-team.queries.ts).
 */
export type Branch = {
  anonymous: boolean;
  from: Sql;
  who: (scope: ProjectScope, reads?: Reads) => Sql;
  where: Sql;
};

export function branchesOf(
  { projectId }: ProjectScope,
  selection: Selection,
  needsProps: boolean,
  sets: Lookup,
): Branch[] {
  const { tab, filter, search } = selection;
  const readsProps = filter?.readsProps === true;
  const masked = filter?.masked === true;
  const joinsProfiles = needsProps || (readsProps && !masked) || search !== undefined;
  const storedJoin = (table: Sql, person: Sql) =>
    readsProps && masked
      ? sql`JOIN ${table} stored ON stored.project_id = ${projectId} AND ${person} = f.person`
      : empty;
  const branch = (anonymous: boolean, at: PropertiesAt, from: Sql): Branch => ({
    anonymous,
    from,
    who: (scope, reads = "rows") =>
      join(
        [
          sql`f.project_id = ${scope.projectId} ${sideOf(tab, anonymous)}`,
          ...tabSql(scope.projectId, selection),
          ...coveredPeople(scope.projectId, selection.internal, reads),
        ],
        " AND ",
      ),
    where: join(
      [
        sql`true`,
        ...(filter ? [filter.where(at)] : []),
        ...(search ? [anonymous ? visitorMatches(search) : profileMatches(search)] : []),
      ],
      " AND ",
    ),
  });
  const profiles = branch(
    false,
    { props: masked ? sql`stored.props` : sql`p.props`, sparse: false, sets, masked },
    sql`${joinsProfiles ? sql`JOIN profiles p ON p.project_id = ${projectId} AND p.id = f.person` : empty}
      ${storedJoin(tableBehindView("profiles"), sql`stored.id`)}`,
  );
  const visitors = branch(
    true,
    { props: masked ? sql`stored.props` : sql`f.props`, sparse: true, sets, masked },
    sql`${needsProps ? sql`CROSS JOIN (SELECT NULL::jsonb AS props) p` : empty}
      ${storedJoin(tableBehindView("profile_facts"), sql`stored.person`)}`,
  );
  if (tab === "identified" || tab === "quiet") return [profiles];
  return tab === "anonymous" ? [visitors] : [profiles, visitors];
}

/**
 * People going quiet have a row in person_risk, so none of them is a visitor; testing for it would read everybody.
 */
const sideOf = (tab: Selection["tab"], anonymous: boolean): Sql =>
  tab === "quiet" ? empty : sql`AND f.anonymous = ${anonymous}`;

function tabSql(projectId: string, { tab, windowDays, now }: Selection): Sql[] {
  if (tab === "quiet") return [isQuiet(projectId)];
  if (tab !== "power") return [];
  const days = storedValue(`activeDays${windowDays}`);
  // The facts job may not have reached somebody for days, but nobody unseen within the window is a power user.
  const since = new Date(now - windowDays * 86_400_000).toISOString();
  return [
    sql`${days} > 0 AND ${days} >= ${Math.ceil(windowDays * POWER_SHARE_OF_DAYS)}
      AND f.last_seen >= ${since}::timestamptz`,
  ];
}

const profileMatches = ({ text, people }: Search): Sql =>
  sql`(${matchesSearch(sql`p.search_text`, text)} OR p.id = ANY(${people}::bigint[]))`;
const visitorMatches = ({ text, people }: Search): Sql =>
  sql`(${matchesSearch(sql`f.search_text`, text)} OR f.person = ANY(${people}::bigint[]))`;
