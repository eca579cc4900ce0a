import "server-only";
import { columnsOf } from "@/components/people/columns";
import { type UserListState, userListHref } from "@/components/people/list-state";
import { toPersonRow, type UserRow } from "@/components/people/row";
import { toUserRow } from "@/components/users/cells";
import { orFirstPage } from "@/lib/http/cursor";
import { readerZone } from "@/lib/http/zone";
import type { ListLayout } from "@/lib/preferences/layout";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import { exactPeople, searchPeople } from "@/lib/profiles/search/search.queries";
import type { ProfileSummary, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import type { FilterShown } from "@/lib/segments/read-filter";

const PAGE_ROWS = 50;
const MAX_EXACT = 5;
const MAX_NEAR = 8;

type PeopleQuery = {
  scope: Scope;
  path: string;
  state: UserListState;
  filter: FilterShown;
  /** Needed only once the people are there. */
  layout: ListLayout | Promise<ListLayout>;
};

export type PeopleShown = {
  rows: UserRow[];
  next: string | null;
  /** Where nobody matches the search: whom it may mean, best first, whatever the tab and the filter. */
  near: UserRow[];
};

/**
 * A page of the list as its URL says it. In the list's own order whoever has exactly the sought id or e-mail comes first, and no
 * second time further down.
 */
export async function peopleRows(query: PeopleQuery): Promise<PeopleShown> {
  const { scope, path, state, filter, layout } = query;
  const exactly = exactRows(query);
  const page = listProfiles(scope, {
    ...which(state, filter, state.tab),
    sort: state.sort ?? undefined,
    limit: PAGE_ROWS,
    cursor: state.cursor ?? undefined,
  });
  const [{ rows, next }, first] = await Promise.all([
    orFirstPage(page, userListHref(path, { ...state, cursor: null })),
    exactly,
  ]);
  const clock = { now: Date.now(), zone: await readerZone() };
  const context = {
    projectId: scope.projectId,
    clock,
    columns: columnsOf(await layout, state.tab),
    days: state.window,
  };
  const others = rows.filter(({ ref }) => first.every((person) => person.ref !== ref));
  const shown = state.cursor === null ? [...first, ...others] : others;
  const near = shown.length > 0 || state.search === "" ? [] : await searchPeople(scope, state.search, MAX_NEAR);
  return {
    rows: shown.map((person) => toUserRow(person, context)),
    next,
    near: near.map((person) => toPersonRow(person, scope.projectId, clock.now)),
  };
}

/** Whoever the search names exactly, where the list's own order and no filter decide who comes first. */
async function exactRows({ scope, state, filter }: PeopleQuery): Promise<ProfileSummary[]> {
  const side = SIDES[state.tab];
  if (state.search === "" || state.sort !== null || filter.compiled !== undefined || side === undefined) return [];
  const found = await exactPeople(scope, state.search, MAX_EXACT);
  return found.filter(({ identified }) => side.includes(identified));
}

/** Whom the tabs hold that are about nothing else. */
const SIDES: Partial<Record<Tab, boolean[]>> = { everyone: [true, false], identified: [true], anonymous: [false] };

/**
 * How many the tabs hold. Each is shown where it is awaited; here it must not end the process if the list fails first. To be asked
 * for once the rows are there, and the tabs' one after the other: they read everybody, and rows wait for nobody else's numbers.
 */
export function peopleTotals(scope: Scope, state: UserListState, filter: FilterShown) {
  const total = async (tab: Tab, after?: Promise<Total>): Promise<Total> => {
    await after?.catch(() => {});
    return countPeople(scope, which(state, filter, tab));
  };
  const identified = total("identified");
  const anonymous = total("anonymous", identified);
  const all = async () => {
    const [a, b] = await Promise.all([identified, anonymous]);
    return { count: a.count + b.count, exact: a.exact && b.exact };
  };
  const everyone = all();
  const shown = { everyone, identified, anonymous, power: null, quiet: null }[state.tab] ?? total(state.tab);
  for (const counting of [identified, anonymous, everyone, shown]) counting.catch(() => {});
  return { identified, anonymous, shown };
}

const which = (state: UserListState, filter: FilterShown, tab: Tab) => ({
  tab,
  windowDays: state.window,
  search: state.search === "" ? undefined : state.search,
  filter: filter.compiled,
});
