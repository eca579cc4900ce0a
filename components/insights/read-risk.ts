import "server-only";
import { readerZone } from "@/lib/http/zone";
import { countPeople } from "@/lib/profiles/list/list.queries";
import { accountsAtRisk, countAccountsAtRisk } from "@/lib/risk/account-risk.queries";
import type { RiskSubject } from "@/lib/risk/outcomes.store";
import { atRisk } from "@/lib/risk/risk.queries";
import type { Scope } from "@/lib/scope";

/** Rows shown on the screen; the lists of users and accounts have all of them. */
const SHOWN = 100;

/** Whoever is at risk, highest expected loss first, and how many there are. */
export const readRisk = (scope: Scope, subject: RiskSubject) =>
  subject === "people" ? peopleAtRisk(scope) : readAccountsAtRisk(scope);

export type RiskShown = Awaited<ReturnType<typeof readRisk>>;

async function peopleAtRisk(scope: Scope) {
  const [people, total, zone] = await Promise.all([
    atRisk(scope, SHOWN),
    countPeople(scope, { tab: "quiet" }),
    readerZone(),
  ]);
  return { of: "people" as const, people, total, hasMore: total.count > SHOWN, clock: { now: Date.now(), zone } };
}

async function readAccountsAtRisk(scope: Scope) {
  const [accounts, total, zone] = await Promise.all([
    accountsAtRisk(scope, SHOWN),
    countAccountsAtRisk(scope),
    readerZone(),
  ]);
  return { of: "accounts" as const, accounts, total, hasMore: total > SHOWN, clock: { now: Date.now(), zone } };
}
