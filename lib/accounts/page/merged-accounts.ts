import { aliasesAmong, findAccount } from "@/lib/accounts/corrections.store";
import { pool } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";

/** An account's ids and their merges, newest first. accounts_merged_into_idx, account_aliases_pkey. */
export async function mergesOf(
  scope: Scope,
  id: string,
): Promise<{ ids: string[]; pairs: { a: string; b: string; ts: number }[] }> {
  const account = await findAccount(pool(), scope.projectId, id);
  if (!account) return { ids: [], pairs: [] };
  return { ids: account.ids, pairs: await aliasesAmong(pool(), scope.projectId, account.ids) };
}
