import "server-only";
import { createLoader, createParser, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { columnsShown, PEOPLE_LIST } from "@/components/columns/list-spec";
import {
  DEFAULT_WINDOW_DAYS,
  listHref,
  readSort,
  sortParam,
  type UserListState,
  WINDOW_DAYS,
} from "@/components/columns/list-url";
import { propertyCell, RENDERERS, textCell } from "@/components/list/renderers";
import { type ListCell, toPersonRow, type UserRow } from "@/components/people/row";
import type { Clock } from "@/components/time";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { formatCount } from "@/lib/format/number";
import { orFirstPage } from "@/lib/http/first-page";
import { readerZone } from "@/lib/http/zone";
import type { ListLayout } from "@/lib/preferences/layout";
import { peoplePage } from "@/lib/profiles/list/list.queries";
import { type ProfileSummary, SORT_COLUMNS, TABS, type WindowDays } from "@/lib/profiles/types";
import { reasonInWords } from "@/lib/risk/reason";
import type { Scope } from "@/lib/scope";
import type { FilterShown } from "@/lib/segments/read-filter";

/** UserListState as nuqs reads it on the server. */
export const loadUserListParams = createLoader({
  tab: parseAsStringLiteral(TABS).withDefault("everyone"),
  search: parseAsString.withDefault(""),
  filter: parseAsString.withDefault(""),
  sort: createParser({ parse: (text) => readSort(text, SORT_COLUMNS), serialize: sortParam }),
  window: createParser<WindowDays>({
    parse: (text) => WINDOW_DAYS.find((days) => String(days) === text) ?? null,
    serialize: String,
  }).withDefault(DEFAULT_WINDOW_DAYS),
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
export type PeopleRows = { rows: UserRow[]; next: string | null; near: UserRow[] };

/** A page of the list in its URL, as rows with the member's columns. */
export async function peopleRows({ scope, path, state, filter, layout }: PeopleQuery): Promise<PeopleRows> {
  const { tab, sort, cursor, window: days } = state;
  const page = peoplePage(scope, {
    ...listOptionsOf(state, filter),
    sort: sort ?? undefined,
    limit: PAGE_ROWS,
    cursor: cursor ?? undefined,
  });
  const { rows, next, near } = await orFirstPage(page, listHref(path, { ...state, cursor: null }));
  const clock = { now: Date.now(), zone: await readerZone() };
  const context = { projectId: scope.projectId, clock, columns: columnsShown(PEOPLE_LIST, await layout, tab), days };
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

type RowContext = { projectId: string; clock: Clock; columns: readonly string[]; days: WindowDays };

/** Formats a person as a row with the chosen columns. Server only. */
export function toUserRow(person: ProfileSummary, context: RowContext): UserRow {
  const row = toPersonRow(person, context.projectId, context.clock.now);
  for (const column of context.columns) {
    const cell = cellOf(column, person, row.href, context);
    if (cell) row.cells[column] = cell;
  }
  return row;
}

function cellOf(id: string, person: ProfileSummary, href: string, context: RowContext): ListCell | undefined {
  const { facts } = person;
  switch (id) {
    case "person":
      return undefined;
    case "windowDays":
      return facts ? { text: `${facts.window[context.days].activeDays} of ${context.days}` } : undefined;
    case "windowEvents":
      return facts ? { text: formatCount(facts.window[context.days].events) } : undefined;
    case "why":
      return facts?.quiet ? textCell(reasonInWords(facts.quiet.reason)) : undefined;
  }
  const column: Column | undefined = PEOPLE_COLUMNS.find(({ key }) => key === id);
  if (!column) return propertyCell(person.properties, id.slice(2));
  const row: object | null = column.from === "facts" ? facts : person;
  const value: unknown = row && Reflect.get(row, column.field ?? column.key);
  return value === null || value === undefined
    ? undefined
    : RENDERERS[column.cell ?? column.kind](value, href, context);
}
