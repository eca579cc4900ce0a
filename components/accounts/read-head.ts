import "server-only";
import { type AccountDetails, countsNow } from "@/lib/accounts/page/account.queries";
import { accountDays } from "@/lib/accounts/page/days.queries";
import { accountPeriods } from "@/lib/accounts/page/periods";
import { dayOf, isoDay } from "@/lib/format/time";
import { stateFrom } from "@/lib/lifecycle/state-in-words.queries";
import { countAccountNotes } from "@/lib/notes/account-notes.queries";
import { riskOfAccount } from "@/lib/risk/account-risk.queries";
import type { Scope } from "@/lib/scope";

/**
 * The data above the tabs of all pages of an account. The statements run concurrently, and none reads all people once
 * the facts job has counted them.
 */
export async function readAccountHead(scope: Scope, account: AccountDetails, now: number) {
  const today = dayOf(now);
  const days = accountDays(scope, account.id);
  const { firstSeen, lastSeen } = account;
  const active = days.then((all) => ({
    days: all.flatMap(({ day, people }) => (people > 0 ? [day] : [])),
    firstSeen,
    lastSeen,
  }));
  const [counts, read, state, risk, notes] = await Promise.all([
    account.counts ?? countsNow(scope, account.id, isoDay(today)),
    days,
    stateFrom(scope, active, now),
    riskOfAccount(scope, account.id),
    countAccountNotes(scope, account.id),
  ]);
  return { counts, days: read, periods: accountPeriods(read, counts.periodPeople, today), state, risk, notes };
}
