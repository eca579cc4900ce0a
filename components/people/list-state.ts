import { type ListState, listHref, readSort, DEFAULT_WINDOW as WINDOW } from "@/components/columns/list-url";
import { SORT_COLUMNS, type Sort, type Tab, type WindowDays } from "@/lib/profiles/types";

/**
 * The state of the users list in its URL, with the parameters of lib/segments/list-params that the API and the export share.
 * Without nuqs, because rows and headers use it in the browser.
 */
export type UserListState = ListState & { tab: Tab; sort: Sort | null; window: WindowDays };

export const WINDOW_DAYS = [7, 30, 90] as const;
export const DEFAULT_WINDOW: WindowDays = WINDOW;

export const parseSort = (text: string): Sort | null => readSort(text, SORT_COLUMNS);

/** `path` with the list's state as its query, without defaults. */
export const userListHref = (path: string, state: Partial<UserListState>): string => listHref(path, state);

/** The page for erasing the people of a list, or those of it who are in a segment. */
export function eraseHref(projectId: string, state: UserListState, segmentId?: string): string {
  const list = new URLSearchParams(userListHref("", { ...state, sort: null, cursor: null }));
  if (segmentId) list.set("segment", segmentId);
  return `/${projectId}/erasures/new?${list}`;
}
