import "server-only";
import { createLoader, createParser, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { columnsShown } from "@/components/columns/list-spec";
import { type ListState, orFirstPage, sortAmong } from "@/components/columns/list-url";
import { columnCell } from "@/components/list/renderers";
import { accountHref } from "@/components/people/account";
import type { ListCell, UserRow } from "@/components/people/row";
import type { Clock } from "@/components/time";
import { listAccounts } from "@/lib/accounts/list/list.queries";
import {
  ACCOUNT_SORTS,
  ACCOUNT_TABS,
  type AccountSort,
  type AccountSummary,
  type AccountTab,
} from "@/lib/accounts/types";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { readerZone } from "@/lib/http/zone";
import type { ListLayout } from "@/lib/preferences/layout";
import type { Scope } from "@/lib/scope";
import type { AccountFilterShown } from "@/lib/segments/read-account-filter";

export type AccountListState = ListState & { tab: AccountTab; sort: AccountSort | null };

const loadParams = createLoader({
  tab: parseAsStringLiteral(ACCOUNT_TABS).withDefault("all"),
  search: parseAsString.withDefault(""),
  filter: parseAsString.withDefault(""),
  sort: createParser<AccountSort>(sortAmong(ACCOUNT_SORTS)),
  cursor: parseAsString,
});

type Params = Request | Promise<Record<string, string | string[] | undefined>>;

/** The list in a URL. */
export async function loadAccountList(params: Params): Promise<AccountListState> {
  const state = await (params instanceof Request ? loadParams(params) : loadParams(params));
  return { ...state, window: 30 };
}

const PAGE_ROWS = 50;

type AccountsQuery = {
  scope: Scope;
  path: string;
  state: AccountListState;
  filter: Pick<AccountFilterShown, "compiled">;
  layout: ListLayout | Promise<ListLayout>;
};

/** A page of the list in its URL, as rows with the member's columns. */
export async function accountRows({ scope, path, state, filter, layout }: AccountsQuery) {
  const { tab, search, sort, cursor } = state;
  const page = listAccounts(scope, {
    tab,
    search,
    filter: filter.compiled,
    sort: sort ?? undefined,
    limit: PAGE_ROWS,
    cursor: cursor ?? undefined,
  });
  const { rows, next } = await orFirstPage(page, path, state);
  const clock = { now: Date.now(), zone: await readerZone() };
  const columns = columnsShown("accounts", await layout, tab);
  return { rows: rows.map((account) => toAccountRow(account, scope.projectId, { clock, columns })), next };
}

/** Formats an account as a row with the chosen columns. Server only. */
export function toAccountRow(
  account: AccountSummary,
  projectId: string,
  { clock, columns }: { clock: Clock; columns: readonly string[] },
): UserRow {
  const name = account.name ?? account.id;
  const href = accountHref(projectId, account.id);
  const row = { href, properties: account.properties, read: ({ key }: Column) => Reflect.get(account, key) };
  const cells = columns.flatMap((id): [string, ListCell][] => {
    const cell = columnCell(id, ACCOUNT_COLUMNS, row, { clock });
    return cell ? [[id, cell]] : [];
  });
  return {
    ref: account.id,
    href,
    name,
    detail: account.domain ?? (name === account.id ? null : account.id),
    avatar: null,
    anonymous: false,
    online: false,
    company: true,
    cells: Object.fromEntries(cells),
  };
}
