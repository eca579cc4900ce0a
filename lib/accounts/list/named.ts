import type { Scope } from "@/lib/scope";
import { accountSummary, listAccounts } from "./list.queries";

/** The account with this id, else the first that the list's search finds, as somebody would type it; null if none. */
export async function accountNamed(scope: Scope, typed: string): Promise<{ id: string; name: string } | null> {
  const account = (await accountSummary(scope, typed)) ?? (await firstFound(scope, typed));
  return account && { id: account.id, name: account.name ?? account.id };
}

async function firstFound(scope: Scope, search: string) {
  const { rows } = await listAccounts(scope, { tab: "all", search, limit: 1 });
  return rows[0] ?? null;
}
