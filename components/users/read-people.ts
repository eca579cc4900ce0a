import "server-only";
import { createLoader, createParser, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { columnsShown } from "@/components/columns/list-spec";
import {
  DEFAULT_WINDOW_DAYS,
  orFirstPage,
  sortAmong,
  type UserListState,
  WINDOW_DAYS,
} from "@/components/columns/list-url";
import { columnCell } from "@/components/list/renderers";
import { type ListCell, toPersonRow, type UserRow } from "@/components/people/row";
import type { Clock } from "@/components/time";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { formatCount } from "@/lib/format/number";
import { readerZone } from "@/lib/http/zone";
import type { ListLayout } from "@/lib/preferences/layout";
import { peoplePage } from "@/lib/profiles/list/list.queries";
import { type ProfileSummary, SORT_COLUMNS, TABS, type WindowDays } from "@/lib/profiles/types";
import { type QuietReason, reasonInWords } from "@/lib/risk/reason";
import type { Scope } from "@/lib/scope";
import type { FilterShown } from "@/lib/segments/read-filter";

/** UserListState as nuqs reads it on the server. */
export const loadUserListParams = createLoader({
  tab: parseAsStringLiteral(TABS).withDefault("everyone"),
  search: parseAsString.withDefault(""),
  filter: parseAsString.withDefault(""),
  sort: createParser(sortAmong(SORT_COLUMNS)),
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
  const { rows, next, near } = await orFirstPage(page, path, state);
  const clock = { now: Date.now(), zone: await readerZone() };
  const context = { projectId: scope.projectId, clock, columns: columnsShown("users", await layout, tab), days };
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
    case "windowDays":
      return facts ? { text: `${facts.window[context.days].activeDays} of ${context.days}` } : undefined;
    case "windowEvents":
      return facts ? { text: formatCount(facts.window[context.days].events) } : undefined;
    case "why":
      return facts?.quiet ? whyCell(facts.quiet.reason) : undefined;
  }
  const read = ({ from, field, key }: Column): unknown => {
    const row: object | null = from === "facts" ? facts : person;
    return row && Reflect.get(row, field ?? key);
  };
  return columnCell(id, PEOPLE_COLUMNS, { href, properties: person.properties, read }, context);
}

function whyCell(reason: QuietReason): ListCell {
  const text = reasonInWords(reason);
  return { text, title: text };
}
