import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { ColumnId, ListLayout, ListName } from "@/lib/preferences/layout";

export type ColumnKind = { label: string; width: number; number?: true; card?: true };
export type SortShown = { key: string; order: "asc" | "desc" };

/**
 * What distinguishes one list from another: its columns, orders and words. Tables, headers and choosers are derived
 * from it.
 */
export type ListSpec = {
  name: ListName;
  /** The column that names the row; it cannot be moved or removed. */
  first: { id: string; label: string; width: number; sortKey: string };
  columns: readonly Column[];
  /** Columns that a tab adds to explain its rows. They follow the first column and cannot be removed. */
  ofTab: (tab: string) => readonly string[];
  tabColumn: (id: string, days: number) => ColumnKind | undefined;
  /** The default order of a tab, as lib reads it; null if no column shows it. */
  sortOf: (tab: string) => SortShown | null;
  /** `masked`: the placeholder for readers who may not see names, if different. */
  words: { search: string; placeholder: string; masked?: string; shown: string; many: string };
};

/** The columns that tabs of people add. */
const OF_TABS: { [id: string]: ColumnKind } = {
  why: { label: "Why", width: 330, card: true },
  windowDays: { label: "Active days", width: 130, number: true, card: true },
  windowEvents: { label: "Events", width: 110, number: true },
};

function tabColumn(id: string, days: number): ColumnKind | undefined {
  const column = Object.hasOwn(OF_TABS, id) ? OF_TABS[id] : undefined;
  return column && id !== "why" ? { ...column, label: `${column.label}, ${days} d` } : column;
}

export const PEOPLE_LIST: ListSpec = {
  name: "users",
  first: { id: "person", label: "Person", width: 270, sortKey: "name" },
  columns: PEOPLE_COLUMNS,
  ofTab: (tab) => (tab === "quiet" ? ["why"] : tab === "power" ? ["windowDays", "windowEvents"] : []),
  tabColumn,
  sortOf: (tab) =>
    tab === "power"
      ? { key: "windowDays", order: "desc" }
      : tab === "quiet"
        ? null
        : { key: "lastSeen", order: "desc" },
  words: {
    search: "Search users",
    placeholder: "Name, e-mail, id or property",
    masked: "A complete id",
    shown: "Shown, after the person",
    many: "users",
  },
};

const ACCOUNT_SORTS: { [tab: string]: SortShown } = {
  all: { key: "lastSeen", order: "desc" },
  quiet: { key: "trend", order: "asc" },
  growing: { key: "trend", order: "desc" },
  new: { key: "firstSeen", order: "desc" },
};

export const ACCOUNTS_LIST: ListSpec = {
  name: "accounts",
  first: { id: "account", label: "Account", width: 250, sortKey: "name" },
  columns: ACCOUNT_COLUMNS,
  ofTab: () => [],
  tabColumn: () => undefined,
  sortOf: (tab) => ACCOUNT_SORTS[tab] ?? null,
  words: {
    search: "Search accounts",
    placeholder: "Name, id, domain or property",
    shown: "Shown, after the account",
    many: "accounts",
  },
};

export const LIST_SPECS: { [Name in ListName]: ListSpec } = { users: PEOPLE_LIST, accounts: ACCOUNTS_LIST };

const PROPERTY_WIDTH_PX = 140;

const registered = (list: ListSpec, id: string): Column | undefined => list.columns.find(({ key }) => key === id);

/** Label and style of a column; a property shows its name. */
export function columnKindOf(list: ListSpec, id: string, days: number): ColumnKind {
  if (id === list.first.id) return { label: list.first.label, width: list.first.width };
  const ofTab = list.tabColumn(id, days);
  if (ofTab) return ofTab;
  const column = registered(list, id);
  if (column) {
    const { label, width = PROPERTY_WIDTH_PX, kind, card } = column;
    return { label, width, ...(kind === "number" && { number: true }), ...(card && { card }) };
  }
  return { label: id.replace(/^p:/, ""), width: PROPERTY_WIDTH_PX, card: true };
}

/** Whether the list can be sorted by the column. */
export const canSort = (list: ListSpec, id: string): boolean =>
  id === list.first.id || id.startsWith("p:") || registered(list, id)?.sort !== undefined;

/** The `sort` key of a column; the first column sorts by name. */
export const sortKey = (list: ListSpec, id: string): string => (id === list.first.id ? list.first.sortKey : id);

/** The column of a `sort` key. */
export const sortedColumn = (list: ListSpec, key: string): string => (key === list.first.sortKey ? list.first.id : key);

/** Numbers and times sort descending first, text ascending. */
export const sortsDescendingFirst = (list: ListSpec, id: string): boolean =>
  /^(?:number|time)$/.test(registered(list, id)?.kind ?? "");

/** The columns of a tab, from left to right. */
export function columnsShown(list: ListName, layout: ListLayout, tab: string): string[] {
  const { first, ofTab } = LIST_SPECS[list];
  const pinned = layout.columns.filter((id) => layout.pinned.includes(id));
  const free = layout.columns.filter((id) => !layout.pinned.includes(id));
  return [first.id, ...pinned, ...ofTab(tab), ...free];
}

export const isShown = (layout: ListLayout, id: string): id is ColumnId => layout.columns.some((one) => one === id);
