import { columnKindOf, PEOPLE_LIST } from "@/components/columns/list-spec";

/** Labels of export columns that the lists do not have. */
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

/** Label of an export column: "activeDays30" is "Active days, 30 d"; a property keeps its name. */
export function exportLabel(id: string): string {
  const word = WORDS[id];
  if (word !== undefined) return word;
  const [, column, days] = /^(activeDays|events)(7|30|90)$/.exec(id) ?? [];
  if (column !== undefined) return `${columnKindOf(PEOPLE_LIST, column, 30).label}, ${days} d`;
  return columnKindOf(PEOPLE_LIST, id, 30).label;
}

/** Export URL with these columns, as lib/export parses it; commas in a property's name are escaped. */
export function exportHref(href: string, columns: readonly string[]): string {
  const list = columns.map((id) => id.replaceAll(",", "%2C")).join(",");
  return `${href}${href.includes("?") ? "&" : "?"}columns=${encodeURIComponent(list)}`;
}
