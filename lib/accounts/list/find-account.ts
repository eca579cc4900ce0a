import type { Scope } from "@/lib/scope";
import { accountSummary, listAccounts } from "./list.queries";

type NamedAccount = { id: string; name: string };

/**
 * The account with this id, else the first search result for the text; null if there is none. As several accounts may
 * share a name, `shown` is the id of the one that the form showed under it.
 */
export async function findAccountByText(scope: Scope, typed: string, shown?: string): Promise<NamedAccount | null> {
  const before = shown === undefined ? null : withName(await accountSummary(scope, shown));
  if (before?.name === typed) return before;
  return withName((await accountSummary(scope, typed)) ?? (await firstFound(scope, typed)));
}

const withName = (account: { id: string; name: string | null } | null): NamedAccount | null =>
  account && { id: account.id, name: account.name ?? account.id };

async function firstFound(scope: Scope, search: string) {
  const { rows } = await listAccounts(scope, { tab: "all", search, limit: 1 });
  return rows[0] ?? null;
}
