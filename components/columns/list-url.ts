import { AppError } from "@/lib/errors";
import type { Sort, Tab, WindowDays } from "@/lib/profiles/types";

export type ListSort = { by: string | { property: string }; order: "asc" | "desc" };

/** The state of a list in its URL. `filter` is a rule as lib/segments/encode-rule.ts writes it. */
export type ListState = {
  tab: string;
  search: string;
  filter: string;
  sort: ListSort | null;
  window: number;
  cursor: string | null;
};

/**
 * The state of the users list, with the parameters of lib/segments/list-options that the API and the export share.
 * Without nuqs, because rows and headers use it in the browser.
 */
export type UserListState = ListState & { tab: Tab; sort: Sort | null; window: WindowDays };

export const WINDOW_DAYS = [7, 30, 90] as const;
export const DEFAULT_WINDOW_DAYS = 30;
/** The tab that a URL does not name. */
export const FIRST_TABS: readonly string[] = ["everyone", "all"];

export const sortParam = (sort: ListSort): string => `${sort.order === "desc" ? "-" : ""}${columnOfSort(sort)}`;

/** The column of the list a sort is by. */
export const columnOfSort = ({ by }: ListSort): string => (typeof by === "string" ? by : `p:${by.property}`);

/** "-lastSeen": by last seen, descending. "p:plan": by property plan, ascending. null for anything else. */
export function readSort<By extends string>(
  text: string,
  columns: readonly By[],
): { by: By | { property: string }; order: "asc" | "desc" } | null {
  const order = text.startsWith("-") ? "desc" : "asc";
  const by = text.replace(/^-/, "");
  if (by.startsWith("p:") && by.length > 2) return { by: { property: by.slice(2) }, order };
  const column = columns.find((one) => one === by);
  return column === undefined ? null : { by: column, order };
}

/** A sort by one of these columns as nuqs reads and writes it. */
export const sortAmong = <By extends string>(columns: readonly By[]) => ({
  parse: (text: string) => readSort(text, columns),
  serialize: sortParam,
});

/** `path` with the list's state as its query, without defaults. */
export function listHref(path: string, state: Partial<ListState>): string {
  const { tab, search, filter, sort, window, cursor } = state;
  const query = new URLSearchParams();
  if (tab && !FIRST_TABS.includes(tab)) query.set("tab", tab);
  if (search) query.set("search", search);
  if (filter) query.set("filter", filter);
  if (sort) query.set("sort", sortParam(sort));
  if (window && window !== DEFAULT_WINDOW_DAYS) query.set("window", String(window));
  if (cursor) query.set("cursor", cursor);
  // The URL standard allows these characters in a query; unescaped, rules stay readable.
  const text = query.toString().replace(/%28/g, "(").replace(/%29/g, ")").replace(/%2C/g, ",").replace(/%3A/g, ":");
  return text === "" ? path : `${path}?${text}`;
}

/** The page for erasing the people of a list, or those of it who are in a segment. */
export function eraseHref(projectId: string, state: UserListState, segmentId?: string): string {
  const list = new URLSearchParams(listHref("", { ...state, sort: null, cursor: null }));
  if (segmentId) list.set("segment", segmentId);
  return `/${projectId}/erasures/new?${list}`;
}

/**
 * A page of the list at `path`, with `state` as its query; an invalid cursor (from an old or edited link) gives the
 * first page instead of an error.
 */
export async function orFirstPage<T>(page: Promise<T>, path: string, state: Partial<ListState> = {}): Promise<T> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof AppError && error.field === "cursor")) throw error;
    const { redirect } = await import("next/navigation"); // only here: benchmarks read this file without Next
    return redirect(listHref(path, { ...state, cursor: null }));
  }
}
