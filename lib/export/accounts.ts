import { listAccounts } from "@/lib/accounts/list/list.queries";
import type { AccountSelection, AccountSort } from "@/lib/accounts/types";
import type { Scope } from "@/lib/scope";
import { ACCOUNT_FILE_VALUES } from "./account-columns";
import { chooseColumns, columnNames } from "./columns";
import { csvResponse, pagesOf } from "./csv-stream";

const BATCH_ROWS = 1_000;

/** The list of accounts as a CSV file, in its order. Streamed; see csvResponse. */
export function exportAccounts(
  scope: Scope,
  options: AccountSelection & { sort?: AccountSort },
  columns: string | null,
): Response {
  const { head, cellsOf } = chooseColumns(ACCOUNT_FILE_VALUES, columnNames(columns), (account) => account.properties);
  const pages = pagesOf((cursor) => listAccounts(scope, { ...options, limit: BATCH_ROWS, cursor }), cellsOf);
  return csvResponse(scope, "accounts", head, pages);
}
