import "server-only";
import { createLoader, createParser, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { writeSort } from "@/components/columns/list-url";
import { columnsOf } from "@/components/people/columns";
import {
  DEFAULT_WINDOW,
  parseSort,
  type UserListState,
  userListHref,
  WINDOW_DAYS,
} from "@/components/people/list-state";
import { toPersonRow, type UserRow } from "@/components/people/row";
import { orFirstPage } from "@/lib/http/cursor";
import { readerZone } from "@/lib/http/zone";
import type { ListLayout } from "@/lib/preferences/layout";
import { peoplePage } from "@/lib/profiles/list/list.queries";
import { TABS, type WindowDays } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import type { FilterShown } from "@/lib/segments/read-filter";
import { toUserRow } from "./cells";

/** UserListState as nuqs reads it on the server. */
export const loadUserListParams = createLoader({
  tab: parseAsStringLiteral(TABS).withDefault("everyone"),
  search: parseAsString.withDefault(""),
  filter: parseAsString.withDefault(""),
  sort: createParser({ parse: parseSort, serialize: writeSort }),
  window: createParser<WindowDays>({
    parse: (text) => WINDOW_DAYS.find((days) => String(days) === text) ?? null,
    serialize: String,
  }).withDefault(DEFAULT_WINDOW),
  cursor: parseAsString,
});

const PAGE_ROWS = 50;

type PeopleQuery = {
  scope: Scope;
  path: string;
  state: UserListState;
  filter: FilterShown;
  /** Needed only once the people are loaded. */
  layout: ListLayout | Promise<ListLayout>;
};

/** `near`: as in peoplePage. */
export type PeopleShown = { rows: UserRow[]; next: string | null; near: UserRow[] };

/** A page of the list in its URL, as rows with the member's columns. */
export async function peopleRows({ scope, path, state, filter, layout }: PeopleQuery): Promise<PeopleShown> {
  const { tab, sort, cursor, window: days } = state;
  const page = peoplePage(scope, {
    ...listOptionsOf(state, filter),
    sort: sort ?? undefined,
    limit: PAGE_ROWS,
    cursor: cursor ?? undefined,
  });
  const { rows, next, near } = await orFirstPage(page, userListHref(path, { ...state, cursor: null }));
  const clock = { now: Date.now(), zone: await readerZone() };
  const context = { projectId: scope.projectId, clock, columns: columnsOf(await layout, tab), days };
  return {
    rows: rows.map((person) => toUserRow(person, context)),
    next,
    near: near.map((person) => toPersonRow(person, scope.projectId, clock.now)),
  };
}

/** The filter of the list in its URL. */
export const listOptionsOf = ({ tab, window, search }: UserListState, { compiled }: FilterShown) => ({
  tab,
  windowDays: window,
  search: search === "" ? undefined : search,
  filter: compiled,
});
