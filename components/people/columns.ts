import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { ColumnId, ListLayout } from "@/lib/preferences/layout";
import type { Tab, WindowDays } from "@/lib/profiles/types";

/** Columns that a tab adds to explain its rows. They follow the person and cannot be removed. */
export type TabColumn = "why" | "windowDays" | "windowEvents";
export type AnyColumn = ColumnId | TabColumn | "person";

type ColumnKind = {
  label: string;
  width: number;
  number?: true;
  card?: true;
};

const OF_TABS: { [Id in TabColumn]: ColumnKind } = {
  why: { label: "Why", width: 330, card: true },
  windowDays: { label: "Active days", width: 130, number: true, card: true },
  windowEvents: { label: "Events", width: 110, number: true },
};

const PERSON: ColumnKind = { label: "Person", width: 270 };
const PROPERTY_WIDTH_PX = 140;

const registered = (id: string): Column | undefined => PEOPLE_COLUMNS.find(({ key }) => key === id);

const has = <T extends object>(all: T, id: string): id is keyof T & string => Object.hasOwn(all, id);

/** Label and style of a column; a property shows its last segment where that is enough. */
export function columnKind(id: string, days: WindowDays): ColumnKind {
  if (id === "person") return PERSON;
  if (has(OF_TABS, id))
    return id === "why" ? OF_TABS[id] : { ...OF_TABS[id], label: `${OF_TABS[id].label}, ${days} d` };
  const column = registered(id);
  if (column) {
    const { label, width = PROPERTY_WIDTH_PX, kind, card } = column;
    return { label, width, ...(kind === "number" && { number: true }), ...(card && { card }) };
  }
  return { label: id.replace(/^p:/, ""), width: PROPERTY_WIDTH_PX, card: true };
}

/** Whether the list can be sorted by the column. */
export const isSortable = (id: string): boolean =>
  id === "person" || id.startsWith("p:") || registered(id)?.sort !== undefined;

/** The `sort` key of a column; the person column sorts by name. */
export const sortKeyOf = (id: string): string => (id === "person" ? "name" : id);

/** Numbers and times sort descending first, text ascending. */
export const startsDescending = (id: string): boolean => /^(?:number|time)$/.test(registered(id)?.kind ?? "");

/** The columns of a tab, from left to right. */
export function columnsOf(layout: ListLayout, tab: Tab): AnyColumn[] {
  const own: TabColumn[] = tab === "quiet" ? ["why"] : tab === "power" ? ["windowDays", "windowEvents"] : [];
  const pinned = layout.columns.filter((id) => layout.pinned.includes(id));
  const free = layout.columns.filter((id) => !layout.pinned.includes(id));
  return ["person", ...pinned, ...own, ...free];
}

export const propertiesOf = (layout: ListLayout): string[] =>
  layout.columns.flatMap((id) => (id.startsWith("p:") ? [id.slice(2)] : []));
