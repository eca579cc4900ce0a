import sql, { raw, type Sql } from "sql-template-tag";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { Sort, SortColumn, Tab, WindowDays } from "@/lib/profiles/types";
import { ALARM_IN_FORCE } from "@/lib/risk/alarm.queries";

/** The columns of a list of people in SQL, for filters and orders. */

/** A column's entry in the registry; undefined for an unknown key. */
export const peopleColumn = (key: string): Column | undefined => PEOPLE_COLUMNS.find((column) => column.key === key);

/** The expression a filter tests, over `f` (profile_facts). */
export const storedValue = (key: string): Sql => stored(requireColumn(key).stored);

/** The expression a list is sorted by if it has an index, over `f`. */
function indexedValue(key: string): { column: Sql; type: Sql; nullable: boolean } {
  const { sortedAs, stored: name, kind } = requireColumn(key);
  return { column: stored(sortedAs ?? name), type: CURSOR_TYPES[kind], nullable: kind !== "number" };
}

/** The expression that is shown and sorted as text, over `f`. */
export function textValue({ kind, identified, stored: name }: Column): Sql {
  if (kind === "list") return sql`nullif(array_to_string(${stored(name)}, ', '), '')`;
  return identified ? sql`CASE WHEN f.person > 0 THEN ${stored(name)} END` : stored(name);
}

/** The type a cursor's text is cast to. */
const CURSOR_TYPES: { [Kind in Column["kind"]]: Sql } = {
  time: sql`timestamptz`,
  number: sql`bigint`,
  text: sql`text`,
  list: sql`text`,
};

/** Names of columns come from the registry, never from outside. */
const stored = (name: string): Sql => raw(`f.${name}`);

function requireColumn(key: string): Column {
  const column = peopleColumn(key);
  if (!column) throw new Error(`There is no column ${key}`);
  return column;
}

/**
 * What a list is sorted by: columns of one direction, then the person. `type`: the type a cursor's text is cast to.
 * `ofFacts`: the column in queries that only have `f`. `from`: the tables that the list walks, including `f`
 * (profile_facts); `picked`: what a subquery over them selects, and `again`: the same tables over its rows. `person`:
 * the column with their number, from the walked index if that has it. `where`: further conditions, for visitors or
 * profiles. `readsProps`: the order is computed from properties. `readsAll`: everybody has to be read, as there is no
 * index.
 */
export type ListOrder = {
  keys: { column: Sql; type: Sql; nullable: boolean; ofFacts?: (projectId: string) => Sql }[];
  descending: boolean;
  from: Sql;
  picked: Sql;
  again: Sql;
  person: Sql;
  where: (anonymous: boolean) => Sql;
  readsProps: boolean;
  readsAll: boolean;
  /** The column of profile_values, if its sorted copy is read. */
  columnId?: number;
};

const jsonb = sql`jsonb`;

const PROPERTY = "p:";

/** A column's key in sorted_columns and URLs; null for columns with an index on the facts. */
export function sortedColumnKey(by: Sort["by"]): string | null {
  if (typeof by === "object") return `${PROPERTY}${by.property}`;
  return peopleColumn(by)?.sort === "sortedCopy" ? by : null;
}

/** The expression a list is ordered by, over `f` and, for properties, `p` (profiles); NULL for an unknown column. */
export function sortValue(key: string): Sql {
  if (key.startsWith(PROPERTY))
    return sql`sort_value(coalesce(p.props, f.props) -> ${key.slice(PROPERTY.length)}::text)`;
  const column = peopleColumn(key);
  return column?.sort === "sortedCopy" ? sql`sort_value(to_jsonb(${textValue(column)}))` : sql`NULL::jsonb`;
}

const FACTS = {
  from: sql`profile_facts f`,
  picked: sql`f.*`,
  again: sql`f`,
  person: sql`f.person`,
  where: () => sql`true`,
};
const byFacts = (keys: ListOrder["keys"], descending: boolean): ListOrder => ({
  ...FACTS,
  keys,
  descending,
  readsProps: false,
  readsAll: false,
});

/**
 * `columnId`: the column of profile_values with this order; null if there is none, so that everybody has to be read.
 */
export function orderOf(
  sort: Sort | undefined,
  tab: Tab,
  windowDays: WindowDays,
  columnId: number | null = null,
): ListOrder {
  if (sort) {
    const { by } = sort;
    const descending = sort.order === "desc";
    const key = sortedColumnKey(by);
    if (key === null) return byFacts([indexedValue(by as SortColumn)], descending);
    const value = { type: jsonb, nullable: true };
    if (columnId !== null)
      return { ...byFacts([{ ...value, column: sql`v.value` }], descending), ...sortedCopy(columnId) };
    const found = byFacts([{ ...value, column: sortValue(key) }], descending);
    return { ...found, readsProps: typeof by === "object", readsAll: true };
  }
  if (tab === "power") {
    const inWindow = [`activeDays${windowDays}`, `events${windowDays}`];
    return byFacts(inWindow.map(indexedValue), true);
  }
  if (tab === "quiet") return { ...byFacts([RANK], true), ...FROM_RISK };
  return byFacts([indexedValue("lastSeen")], true);
}

/** profile_values_value_idx has the order and the person; the facts are looked up per person (profile_facts_pkey). */
const sortedCopy = (columnId: number) => ({
  columnId,
  from: sql`profile_values v JOIN profile_facts f ON f.project_id = v.project_id AND f.person = v.person`,
  picked: sql`f.*, v.value`,
  again: sql`f CROSS JOIN LATERAL (SELECT f.value, f.person) v`,
  person: sql`v.person`,
  where: (anonymous: boolean) => sql`v.column_id = ${columnId} AND v.anonymous = ${anonymous}`,
});

const RANK = {
  column: sql`r.rank`,
  type: sql`real`,
  nullable: false,
  ofFacts: (projectId: string) =>
    sql`(SELECT r.rank FROM person_risk r WHERE r.project_id = ${projectId} AND r.person = f.person)`,
};

/** person_risk_alarm_idx has the order; the facts are looked up per person (profile_facts_pkey). */
const FROM_RISK = {
  from: sql`person_risk r JOIN profile_facts f ON f.project_id = r.project_id AND f.person = r.person`,
  picked: sql`f.*, r.rank`,
  again: sql`f CROSS JOIN LATERAL (SELECT f.rank, f.person) r`,
  person: sql`r.person`,
  where: () => ALARM_IN_FORCE,
};

/** The order of a list's tail: people without a value, by their number. */
export function tailOf(order: ListOrder): ListOrder {
  const { columnId, descending } = order;
  if (columnId === undefined) return order;
  return {
    ...byFacts([{ column: sql`NULL::jsonb`, type: jsonb, nullable: true }], descending),
    where: (anonymous) => sql`${anonymous ? sql`f.person < 0` : sql`f.person > 0`} AND NOT EXISTS (
      SELECT 1 FROM profile_values v
        WHERE v.project_id = f.project_id AND v.column_id = ${columnId} AND v.person = f.person)`,
  };
}
