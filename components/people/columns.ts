import {
  type ColumnKind,
  canSort,
  columnKindOf,
  columnsShown,
  type ListSpec,
  sortKey,
} from "@/components/columns/list-spec";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { ColumnId, ListLayout } from "@/lib/preferences/layout";
import type { Tab, WindowDays } from "@/lib/profiles/types";

/** Columns that a tab adds to explain its rows. */
export type TabColumn = "why" | "windowDays" | "windowEvents";
export type AnyColumn = ColumnId | TabColumn | "person";

const OF_TABS: { [Id in TabColumn]: ColumnKind } = {
  why: { label: "Why", width: 330, card: true },
  windowDays: { label: "Active days", width: 130, number: true, card: true },
  windowEvents: { label: "Events", width: 110, number: true },
};

const has = <T extends object>(all: T, id: string): id is keyof T & string => Object.hasOwn(all, id);

const ofTab = (tab: string): TabColumn[] =>
  tab === "quiet" ? ["why"] : tab === "power" ? ["windowDays", "windowEvents"] : [];

function tabColumn(id: string, days: number): ColumnKind | undefined {
  if (!has(OF_TABS, id)) return undefined;
  return id === "why" ? OF_TABS[id] : { ...OF_TABS[id], label: `${OF_TABS[id].label}, ${days} d` };
}

export const PEOPLE_LIST: ListSpec = {
  name: "users",
  first: { id: "person", label: "Person", width: 270, sortKey: "name" },
  columns: PEOPLE_COLUMNS,
  ofTab,
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

export const columnKind = (id: string, days: WindowDays): ColumnKind => columnKindOf(PEOPLE_LIST, id, days);
export const isSortable = (id: string): boolean => canSort(PEOPLE_LIST, id);
export const sortKeyOf = (id: string): string => sortKey(PEOPLE_LIST, id);

export const columnsOf = (layout: ListLayout, tab: Tab): AnyColumn[] =>
  columnsShown(PEOPLE_LIST, layout, tab) as AnyColumn[];
