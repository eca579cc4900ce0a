import type { BuiltInColumn, ColumnId, ListLayout } from "@/lib/preferences/layout";
import { SORT_COLUMNS, type Tab, type WindowDays } from "@/lib/profiles/types";

/** Columns a tab brings along: why somebody is on it. They follow the person and cannot be taken away. */
export type TabColumn = "why" | "windowDays" | "windowEvents";
export type AnyColumn = ColumnId | TabColumn | "person";

type ColumnKind = {
  label: string;
  /** CSS pixels, before the member changes it. */
  width: number;
  number?: true;
  /** Also on the cards of small screens, where there is no room for more. */
  card?: true;
};

export const BUILT_IN: { [Id in BuiltInColumn]: ColumnKind } = {
  lastSeen: { label: "Last seen", width: 120, card: true },
  firstSeen: { label: "First seen", width: 120 },
  sessions: { label: "Sessions", width: 94, number: true, card: true },
  events: { label: "Events", width: 88, number: true, card: true },
  activeDays: { label: "Active days", width: 108, number: true },
  country: { label: "Country", width: 150, card: true },
  city: { label: "City", width: 130 },
  device: { label: "Device", width: 104 },
  browser: { label: "Browser", width: 110 },
  os: { label: "System", width: 110 },
  source: { label: "Source", width: 140 },
  referrer: { label: "Referrer", width: 180 },
  landingPage: { label: "First page", width: 160 },
  utmSource: { label: "UTM source", width: 130 },
  utmMedium: { label: "UTM medium", width: 130 },
  utmCampaign: { label: "UTM campaign", width: 150 },
  signedUp: { label: "Signed up", width: 120 },
  lastEvent: { label: "Last event", width: 160 },
  email: { label: "E-mail", width: 210 },
  userId: { label: "User id", width: 160 },
  accounts: { label: "Accounts", width: 150 },
};

const OF_TABS: { [Id in TabColumn]: ColumnKind } = {
  why: { label: "Why", width: 330, card: true },
  windowDays: { label: "Active days", width: 130, number: true, card: true },
  windowEvents: { label: "Events", width: 110, number: true },
};

const PERSON: ColumnKind = { label: "Person", width: 270 };
const PROPERTY_WIDTH_PX = 140;

const has = <T extends object>(all: T, id: string): id is keyof T & string => Object.hasOwn(all, id);

/** How a column is called and looks; a property by its last word, as long as that says enough. */
export function columnKind(id: string, days: WindowDays): ColumnKind {
  if (id === "person") return PERSON;
  if (has(OF_TABS, id))
    return id === "why" ? OF_TABS[id] : { ...OF_TABS[id], label: `${OF_TABS[id].label}, ${days} d` };
  if (has(BUILT_IN, id)) return BUILT_IN[id];
  return { label: id.replace(/^p:/, ""), width: PROPERTY_WIDTH_PX, card: true };
}

/** Can the list be sorted by it? */
export const isSortable = (id: string): boolean =>
  id === "person" || id.startsWith("p:") || (SORT_COLUMNS as readonly string[]).includes(id);

/** What `sort` says for a column: people go by their name. */
export const sortKeyOf = (id: string): string => (id === "person" ? "name" : id);

/** Numbers and times begin with the greatest, names and words with the first. */
export const startsDescending = (id: string): boolean =>
  /^(lastSeen|firstSeen|signedUp)$/.test(id) || (has(BUILT_IN, id) && BUILT_IN[id].number === true);

/** The columns of a tab, from left to right. */
export function columnsOf(layout: ListLayout, tab: Tab): AnyColumn[] {
  const own: TabColumn[] = tab === "quiet" ? ["why"] : tab === "power" ? ["windowDays", "windowEvents"] : [];
  const pinned = layout.columns.filter((id) => layout.pinned.includes(id));
  const free = layout.columns.filter((id) => !layout.pinned.includes(id));
  return ["person", ...pinned, ...own, ...free];
}

export const propertiesOf = (layout: ListLayout): string[] =>
  layout.columns.flatMap((id) => (id.startsWith("p:") ? [id.slice(2)] : []));
