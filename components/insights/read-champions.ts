import "server-only";
import { readerZone } from "@/lib/http/zone";
import { countQuietChampions, quietChampions } from "@/lib/risk/account-risk.queries";
import { championRecord } from "@/lib/risk/outcomes.queries";
import type { Scope } from "@/lib/scope";

/** Accounts whose champion went quiet, at most `limit` of `total`, and the warning's track record. */
export async function readChampions(scope: Scope, limit: number) {
  const [accounts, total, record, zone] = await Promise.all([
    quietChampions(scope, limit),
    countQuietChampions(scope),
    championRecord(scope),
    readerZone(),
  ]);
  return { accounts, total, record, clock: { now: Date.now(), zone } };
}
