import sql, { raw, type Sql } from "sql-template-tag";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { WindowDays } from "@/lib/profiles/types";

/** A column as the registry describes it; undefined for an unknown key. */
export const peopleColumn = (key: string): Column | undefined => PEOPLE_COLUMNS.find((column) => column.key === key);

/** The expression a filter tests, over `f` (profile_facts). */
export const storedValue = (key: string): Sql => stored(known(key).stored);

/** The expression a list is sorted by if it has an index, over `f`. */
export function indexedValue(key: string): { column: Sql; type: Sql; nullable: boolean } {
  const { sortedAs, stored: name, kind } = known(key);
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

function known(key: string): Column {
  const column = peopleColumn(key);
  if (!column) throw new Error(`There is no column ${key}`);
  return column;
}

/** The columns of a window; all over `f`. */
export const WINDOWS: { [Days in WindowDays]: { days: Sql; events: Sql } } = {
  7: { days: sql`f.days_7`, events: sql`f.events_7` },
  30: { days: sql`f.days_30`, events: sql`f.events_30` },
  90: { days: sql`f.days_90`, events: sql`f.events_90` },
};
