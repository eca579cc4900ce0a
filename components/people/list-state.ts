import { SORT_COLUMNS, type Sort, type SortColumn, type Tab, type WindowDays } from "@/lib/profiles/types";

/**
 * The state of the users list in its URL, with the parameters of lib/segments/list-params that the API and the export share.
 * `filter` is a rule as lib/segments/url writes it. Without nuqs, because rows and headers use it in the browser.
 */
export type UserListState = {
  tab: Tab;
  search: string;
  filter: string;
  sort: Sort | null;
  window: WindowDays;
  cursor: string | null;
};

export const WINDOW_DAYS = [7, 30, 90] as const;
export const DEFAULT_WINDOW: WindowDays = 30;

/** "-lastSeen": by last seen, descending. "p:plan": by property plan, ascending. null for anything else. */
export function parseSort(text: string): Sort | null {
  const order = text.startsWith("-") ? "desc" : "asc";
  const by = text.replace(/^-/, "");
  if (by.startsWith("p:") && by.length > 2) return { by: { property: by.slice(2) }, order };
  return (SORT_COLUMNS as readonly string[]).includes(by) ? { by: by as SortColumn, order } : null;
}

export const writeSort = (sort: Sort): string => `${sort.order === "desc" ? "-" : ""}${columnOf(sort)}`;

/** The column of the list a sort is by. */
export const columnOf = ({ by }: Sort): string => (typeof by === "string" ? by : `p:${by.property}`);

/** `path` with the list's state as its query, without defaults. */
export function userListHref(path: string, state: Partial<UserListState>): string {
  const { tab, search, filter, sort, window, cursor } = state;
  const query = new URLSearchParams();
  if (tab && tab !== "everyone") query.set("tab", tab);
  if (search) query.set("search", search);
  if (filter) query.set("filter", filter);
  if (sort) query.set("sort", writeSort(sort));
  if (window && window !== DEFAULT_WINDOW) query.set("window", String(window));
  if (cursor) query.set("cursor", cursor);
  // The URL standard allows these characters in a query; unescaped, rules stay readable.
  const text = query.toString().replace(/%28/g, "(").replace(/%29/g, ")").replace(/%2C/g, ",").replace(/%3A/g, ":");
  return text === "" ? path : `${path}?${text}`;
}
