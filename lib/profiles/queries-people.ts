import sql, { empty, join, raw, type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import type { Lookup, PeopleFilter, PropertiesAt } from "./filter";
import type { Sort, SortColumn, Tab, WindowDays } from "./types";

/** Jobs have no member or client behind them; they go through all projects. */
type ProjectScope = Pick<Scope, "projectId">;

/** Of the window's days somebody must have been active on this share to be a power user: a quarter, one day in four. */
export const POWER_SHARE_OF_DAYS = 0.25;

/** Which people, by facts: a tab, a rule, a search. `now` in ms. */
export type Which = { tab: Tab; windowDays: WindowDays; filter?: PeopleFilter; search?: FactsSearch; now: number };

/** LIKE patterns over search_text (null matches nothing), and the people a whole anonymous id finds. */
export type FactsSearch = { patterns: readonly [string, string | null, string | null]; people: number[] };

/** What a list is sorted by: columns of one direction, the person last. `type` is what a cursor's text is read as. */
export type Order = { keys: { column: Sql; type: Sql; nullable: boolean }[]; descending: boolean; property: boolean };

const timestamptz = sql`timestamptz`;
const bigint = sql`bigint`;
const text = sql`text`;

const COLUMNS: { [By in SortColumn]: { column: Sql; type: Sql; nullable: boolean } } = {
  lastSeen: { column: sql`f.last_seen`, type: timestamptz, nullable: true },
  firstSeen: { column: sql`f.first_seen`, type: timestamptz, nullable: true },
  events: { column: sql`f.event_count`, type: bigint, nullable: false },
  sessions: { column: sql`f.sessions`, type: bigint, nullable: false },
  activeDays: { column: sql`f.active_days`, type: bigint, nullable: false },
  signedUp: { column: sql`f.signed_up_at`, type: timestamptz, nullable: true },
  name: { column: sql`f.name_key`, type: text, nullable: true },
  country: { column: sql`f.country`, type: text, nullable: true },
  city: { column: sql`f.city`, type: text, nullable: true },
  device: { column: sql`f.device`, type: text, nullable: true },
  browser: { column: sql`f.browser`, type: text, nullable: true },
  os: { column: sql`f.os`, type: text, nullable: true },
  source: { column: sql`f.source`, type: text, nullable: true },
};

const WINDOWS: { [Days in WindowDays]: { days: Sql; events: Sql } } = {
  7: { days: sql`f.days_7`, events: sql`f.events_7` },
  30: { days: sql`f.days_30`, events: sql`f.events_30` },
  90: { days: sql`f.days_90`, events: sql`f.events_90` },
};

export function orderOf(sort: Sort | undefined, tab: Tab, windowDays: WindowDays): Order {
  if (sort) {
    const descending = sort.order === "desc";
    if (typeof sort.by === "string") return { keys: [COLUMNS[sort.by]], descending, property: false };
    const value = sql`(coalesce(p.props, f.props) -> ${sort.by.property}::text)`;
    return { keys: [{ column: value, type: sql`jsonb`, nullable: true }], descending, property: true };
  }
  if (tab === "power") {
    const { days, events } = WINDOWS[windowDays];
    const count = { type: bigint, nullable: false };
    return {
      keys: [
        { column: days, ...count },
        { column: events, ...count },
      ],
      descending: true,
      property: false,
    };
  }
  if (tab === "quiet")
    return {
      keys: [{ column: sql`f.quiet_at`, type: timestamptz, nullable: false }],
      descending: true,
      property: false,
    };
  return { keys: [COLUMNS.lastSeen], descending: true, property: false };
}

/** Behind which row a page starts: its keys as text, and the person. `nulls`: among those without a value, who come last. */
export type PeoplePosition = { keys: string[] | null; person: number };

/** Where a page's rows are and in what order; `keys` is null in the tail of those without a value. */
export type FoundPerson = { person: number; keys: string[] | null };

/**
 * The next `limit` people behind `from`, in order; `tail`: of those without a value rather than of those with one. Profiles and
 * visitors are one branch each, because each has an index in the order wanted (profile_facts_*_idx) and properties of its own
 * (profiles.props, facts.props); the sets a rule looks up are worked out once for both. Sorting by a property has no index: it
 * reads everybody the rest leaves.
 *
 * A rule with sets is gone about in up to three ways, picked by Postgres as it runs because only then are the sizes known: from
 * the set when it is small; else person by person down the list's own index, which finds a page soon unless those who match are
 * rare there; else, after MAX_PROBED people, with the whole set in memory. A way that does not apply reads nothing.
 */
export function peopleQuery(
  scope: ProjectScope,
  which: Which,
  order: Order,
  page: { from: PeoplePosition | undefined; tail: boolean; limit: number },
): Sql {
  const direction = order.descending ? sql`DESC` : sql`ASC`;
  const names = [sql`k0`, sql`k1`].slice(0, order.keys.length);
  const keys = join(
    order.keys.map(({ column }, i) => sql`${column} AS ${names[i]}`),
    ", ",
  );
  const columns = join(
    [...order.keys.map(({ column }) => column), sql`f.person`].map((column) => sql`${column} ${direction}`),
    ", ",
  );
  const result = join(
    [...names, sql`person`].map((column) => sql`${column} ${direction}`),
    ", ",
  );
  const behind = behindSql(order, page);
  const ordered = (from: Sql, where: Sql) =>
    sql`(SELECT ${keys}, f.person ${from} WHERE ${where} ORDER BY ${columns} LIMIT ${page.limit})`;
  const whole = (lookup: Lookup, when?: Sql) =>
    branchesOf(which, order.property, lookup).map(({ from, who, where }) =>
      ordered(
        sql`FROM profile_facts f ${from}`,
        sql`${when ? sql`${when} AND ` : empty}${who(scope)} ${behind} AND ${where}`,
      ),
    );
  const ctes = [...(which.filter?.ctes ?? [])];
  const parts: Sql[] = [];
  if (ctes.length === 0) parts.push(...whole("hash"));
  else {
    const many = which.filter?.within ? sql`NOT ${IS_FEW}` : sql`true`;
    if (which.filter?.within) {
      ctes.push(fewSql(which.filter.within));
      parts.push(...whole("start", IS_FEW));
    }
    if (order.property) parts.push(...whole("hash", many));
    else {
      const rest = whole("hash");
      for (const [i, { from, who, where }] of branchesOf(which, false, "probe").entries()) {
        const probed = raw(`probed_${i}`);
        const first = sql`SELECT f.* FROM profile_facts f WHERE ${many} AND ${who(scope)} ${behind} ORDER BY ${columns} LIMIT ${MAX_PROBED}`;
        ctes.push(sql`${probed} AS MATERIALIZED ${ordered(sql`FROM (${first}) f ${from}`, where)}`);
        const isPage = sql`(SELECT count(*) >= ${page.limit} FROM ${probed})`;
        parts.push(
          sql`SELECT * FROM ${probed} WHERE ${isPage}`,
          sql`SELECT * FROM ${rest[i] as Sql} q WHERE ${many} AND NOT ${isPage}`,
        );
      }
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
  if (filter?.isSet && filter.within && tab === "everyone" && !search)
    return sql`WITH ${join(filter.ctes, ", ")} SELECT count(*)::bigint AS count FROM ${filter.within}`;
  return sql`${everybodySql(scope, which, sql`count(*)::bigint AS count`)}`;
}

/** As peopleCountQuery without the counting, for the planner's own estimate. */
export const peopleAnyQuery = (scope: ProjectScope, which: Which): Sql => everybodySql(scope, which, sql`1`);

/** All people, for a statement of its own that reads them once (exports, sizes). Rows: person. */
export const everybodyQuery = (scope: ProjectScope, which: Which): Sql => everybodySql(scope, which, sql`person`);

/** All people in the order of their list, those without a value last. Sorts O(people). Rows: person. */
export function everybodyInOrderQuery(scope: ProjectScope, which: Which, order: Order): Sql {
  const direction = order.descending ? sql`DESC` : sql`ASC`;
  const names = [sql`k0`, sql`k1`].slice(0, order.keys.length);
  const keys = order.keys.map(({ column }, i) => sql`${column} AS ${names[i]}`);
  const by = [...names.map((name) => sql`${name} ${direction} NULLS LAST`), sql`person ${direction}`];
  const everybody = everybodySql(scope, which, sql`*`, { keys, property: order.property });
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
  { keys, descending }: Order,
  { from, tail }: { from: PeoplePosition | undefined; tail: boolean },
): Sql {
  const than = descending ? sql`<` : sql`>`;
  const only =
    keys.length === 1 && keys[0]?.nullable ? sql`AND ${keys[0].column} IS ${tail ? sql`NULL` : sql`NOT NULL`}` : empty;
  if (!from || (tail && from.keys !== null)) return only;
  if (tail) return sql`${only} AND f.person ${than} ${from.person}::bigint`;
  const own = join([...keys.map(({ column }) => column), sql`f.person`], ", ");
  const values = (from.keys as string[]).map((value, i) => sql`${value}::${keys[i]?.type}`);
  return sql`${only} AND (${own}) ${than} (${join([...values, sql`${from.person}::bigint`], ", ")})`;
}

/** Fewer people than this are looked up one by one and sorted. */
const FEW_PEOPLE = 10_000;
/** So many people of a list are asked one by one before the whole set is worked out; some 100 ms. */
const MAX_PROBED = 20_000;

/** A set when it is small; of a large one no more is worked out for it than tells that. */
const fewSql = (within: Sql): Sql =>
  sql`few_people AS MATERIALIZED (SELECT person FROM ${within} LIMIT ${FEW_PEOPLE + 1})`;
const IS_FEW = sql`(SELECT count(*) <= ${FEW_PEOPLE} FROM few_people)`;

/** `from`: what is joined to `profile_facts f`; `who`: the list's people; `where`: those of them the rule and the search leave. */
type Branch = { from: Sql; who: (scope: ProjectScope) => Sql; where: Sql };

function branchesOf(which: Which, needsProps: boolean, sets: Lookup): Branch[] {
  const { tab, filter, search } = which;
  const joinsProfiles = needsProps || filter?.readsProps === true || search !== undefined;
  const branch = (anonymous: boolean, at: PropertiesAt, from: Sql): Branch => ({
    from,
    who: (scope) =>
      join([sql`f.project_id = ${scope.projectId} AND f.anonymous = ${anonymous}`, ...tabSql(which)], " AND "),
    where: join(
      [
        sql`true`,
        ...(filter ? [filter.where(at)] : []),
        ...(search ? [anonymous ? visitorFound(search) : profileFound(search)] : []),
      ],
      " AND ",
    ),
  });
  const profiles = branch(
    false,
    { props: sql`p.props`, sparse: false, sets },
    joinsProfiles ? sql`JOIN profiles p ON p.project_id = f.project_id AND p.id = f.person` : empty,
  );
  const visitors = branch(
    true,
    { props: sql`f.props`, sparse: true, sets },
    needsProps ? sql`LEFT JOIN profiles p ON false` : empty,
  );
  if (tab === "identified" || tab === "quiet") return [profiles];
  return tab === "anonymous" ? [visitors] : [profiles, visitors];
}

function tabSql({ tab, windowDays, now }: Which): Sql[] {
  if (tab === "quiet") return [sql`f.person > 0 AND f.quiet_at < ${new Date(now).toISOString()}::timestamptz`];
  if (tab !== "power") return [];
  const { days } = WINDOWS[windowDays];
  // Days pass also for those the facts job has not met since: nobody is a power user of a window they were not seen in.
  const since = new Date(now - windowDays * 86_400_000).toISOString();
  return [
    sql`${days} > 0 AND ${days} >= ${Math.ceil(windowDays * POWER_SHARE_OF_DAYS)} AND f.last_seen >= ${since}::timestamptz`,
  ];
}

const profileFound = ({ patterns: [one, two, three], people }: FactsSearch): Sql => sql`
  (p.search_text LIKE ${one} OR p.search_text LIKE ${two} OR p.search_text LIKE ${three} OR f.person = ANY(${people}::bigint[]))`;
const visitorFound = ({ patterns: [one, two, three], people }: FactsSearch): Sql => sql`
  (f.search_text LIKE ${one} OR f.search_text LIKE ${two} OR f.search_text LIKE ${three} OR f.person = ANY(${people}::bigint[]))`;
