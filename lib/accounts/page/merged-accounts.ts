import { aliasesAmong, findAccount } from "@/lib/accounts/corrections.store";
import { pool } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";

/** The merges of an account's ids, newest first. accounts_merged_into_idx, account_aliases_pkey. */
export async function mergesOf(scope: Scope, id: string): Promise<{ a: string; b: string; ts: number }[]> {
  const account = await findAccount(pool(), scope.projectId, id);
  return account ? aliasesAmong(pool(), scope.projectId, account.ids) : [];
}
