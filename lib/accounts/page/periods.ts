import { ACCOUNT_PERIODS, type AccountPeriod } from "@/lib/accounts/periods.queries";
import type { AccountDay } from "./days.queries";

/** An account's activity in this many UTC days, including today. */
export type AccountNumbers = { people: number; events: number; days: number };
export type AccountPeriods = Record<AccountPeriod, { now: AccountNumbers; before: AccountNumbers }>;

/**
 * Active people, events and active days of each period and of the equally long one before: only activity of people
 * while they belonged to the account, without the project's own team. `people`: as activeInPeriods counts them; `today`
 * in days since 1970.
 */
export function accountPeriods(days: readonly AccountDay[], people: readonly number[], today: number): AccountPeriods {
  const between = (from: number, until: number, active: number | undefined): AccountNumbers => {
    const counted = days.filter((one) => one.people > 0 && today - one.day >= from && today - one.day < until);
    return {
      people: active ?? 0,
      events: counted.reduce((sum, { events }) => sum + events, 0),
      days: counted.length,
    };
  };
  return Object.fromEntries(
    ACCOUNT_PERIODS.map((period, index) => [
      period,
      { now: between(0, period, people[2 * index]), before: between(period, 2 * period, people[2 * index + 1]) },
    ]),
  ) as AccountPeriods;
}
