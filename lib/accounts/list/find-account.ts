import type { Scope } from "@/lib/scope";
import { accountSummary, listAccounts } from "./list.queries";

type NamedAccount = { id: string; name: string };

/**
 * The account with this id, else the first search result for what somebody typed; null if none. `shown`: the id of the
 * account that was shown under this name where it was typed, as several may have it.
 */
export async function accountNamed(scope: Scope, typed: string, shown?: string): Promise<NamedAccount | null> {
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
