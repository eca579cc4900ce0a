import type { Scope } from "@/lib/scope";
import { accountSummary, listAccounts } from "./list.queries";

type NamedAccount = { id: string; name: string };

/**
 * The account with this id, else the list's first search result for what somebody typed; null if none. `shown`: the
 * account that had this name where it was typed, as several may have it.
 */
export async function accountNamed(scope: Scope, typed: string, shown?: string): Promise<NamedAccount | null> {
  const before = shown === undefined ? null : named(await accountSummary(scope, shown));
  if (before?.name === typed) return before;
  return named((await accountSummary(scope, typed)) ?? (await firstFound(scope, typed)));
}

const named = (account: { id: string; name: string | null } | null): NamedAccount | null =>
  account && { id: account.id, name: account.name ?? account.id };

async function firstFound(scope: Scope, search: string) {
  const { rows } = await listAccounts(scope, { tab: "all", search, limit: 1 });
  return rows[0] ?? null;
}
