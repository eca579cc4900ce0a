import { columnKind } from "@/components/people/columns";

/** What the columns of exports are called where the lists have no such column. */
const WORDS: Partial<Record<string, string>> = {
  ref: "Reference (for links and the API)",
  why: "Why quiet",
  person: "Person (reference)",
  session: "Session id",
  startedAt: "Started",
  endedAt: "Ended",
  seconds: "Duration, seconds",
  pageViews: "Page views",
  entryPage: "Entry page",
  exitPage: "Exit page",
  page: "Page",
  title: "Page title",
  time: "Time",
  event: "Event",
  kind: "Kind",
  revenue: "Revenue",
  origin: "Site",
  id: "Event id",
  properties: "All properties (JSON)",
  attribution: "How it was attributed",
};

/** A column of an export for people to read: "activeDays30" is "Active days, 30 d". Properties are called by their name. */
export function exportWord(id: string): string {
  const word = WORDS[id];
  if (word !== undefined) return word;
  const [, column, days] = /^(activeDays|events)(7|30|90)$/.exec(id) ?? [];
  if (column !== undefined) return `${columnKind(column, 30).label}, ${days} d`;
  return columnKind(id, 30).label;
}

/** The URL of a file of these columns, as lib/export reads it; a comma would end a property's name. */
export function exportHref(href: string, columns: readonly string[]): string {
  const list = columns.map((id) => id.replaceAll(",", "%2C")).join(",");
  return `${href}${href.includes("?") ? "&" : "?"}columns=${encodeURIComponent(list)}`;
}
