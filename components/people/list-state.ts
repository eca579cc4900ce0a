import { type ListState, listHref, DEFAULT_WINDOW_DAYS as WINDOW } from "@/components/columns/list-url";
import type { Sort, Tab, WindowDays } from "@/lib/profiles/types";

/**
 * The state of the users list in its URL, with the parameters of lib/segments/list-options that the API and the export
 * share. Without nuqs, because rows and headers use it in the browser.
 */
export type UserListState = ListState & { tab: Tab; sort: Sort | null; window: WindowDays };

export const WINDOW_DAYS = [7, 30, 90] as const;
export const DEFAULT_PEOPLE_WINDOW: WindowDays = WINDOW;

/** The page for erasing the people of a list, or those of it who are in a segment. */
export function eraseHref(projectId: string, state: UserListState, segmentId?: string): string {
  const list = new URLSearchParams(listHref("", { ...state, sort: null, cursor: null }));
  if (segmentId) list.set("segment", segmentId);
  return `/${projectId}/erasures/new?${list}`;
}
