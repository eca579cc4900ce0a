import sql, { type Sql } from "sql-template-tag";
import { ACCOUNT_FACTS_VERSION } from "@/lib/accounts/facts.store";
import { ACCOUNT_FIELDS, type AccountRow, accountWithId, toAccountSummary } from "@/lib/accounts/list/list.queries";
import { activeInPeriods } from "@/lib/accounts/periods.queries";
import type { AccountSummary } from "@/lib/accounts/types";
import { prepared } from "@/lib/db/statement";
import { reading } from "@/lib/reading/reading";
import { idForReading } from "@/lib/reading/stand-ins";
import type { Scope } from "@/lib/scope";

/** What is counted over all people of an account. */
export type AccountCounts = {
  people: number;
  former: number;
  internal: number;
  /** People who act for many accounts (docs/accounts.md M5). */
  actForMany: number;
  /** Active people of each of PERIODS up to today, followed by those of the period before. */
  periodPeople: number[];
};

/** `counts`: null until the facts job has computed them for today. */
export type AccountDetails = AccountSummary & { counts: AccountCounts | null };

/** An account as its pages show it, by its id or the id of one merged into it; null if there is none. */
export const accountQuery = (scope: Scope, id: string, today: string): Sql => sql`
  SELECT ${ACCOUNT_FIELDS}, NULL AS key,
         CASE WHEN f.version >= ${ACCOUNT_FACTS_VERSION} AND f.computed_on = ${today}::date
                THEN json_build_object('people', f.people, 'former', f.former, 'internal', f.internal,
                       'actForMany', f.act_for_many, 'periodPeople', f.period_people) END AS counts
    FROM account_facts f WHERE ${accountWithId(scope, id)}`;

export async function accountDetails(scope: Scope, id: string, today: string): Promise<AccountDetails | null> {
  const { rows } = await reading(scope).query<AccountRow & Pick<AccountDetails, "counts">>(
    prepared(accountQuery(scope, idForReading(scope, id), today)),
  );
  if (!rows[0]) return null;
  const { counts, ...row } = rows[0];
  return { ...toAccountSummary(row), counts };
}

/**
 * The same counts, computed on read until the job has them: shortly after midnight, and after an update.
 * account_people_pkey; O(people of the account).
 */
export async function countsNow(scope: Scope, id: string, today: string): Promise<AccountCounts> {
  const belongsNow = sql`(a.until IS NULL OR a.until > now())`;
  const { rows } = await reading(scope).query<AccountCounts>(sql`
    SELECT (count(*) FILTER (WHERE ${belongsNow} AND NOT a.is_internal))::int AS people,
           (count(*) FILTER (WHERE NOT ${belongsNow} AND NOT a.is_internal))::int AS former,
           (count(*) FILTER (WHERE a.is_internal))::int AS internal,
           (count(*) FILTER (WHERE a.acts_for_many AND a.until IS NULL))::int AS "actForMany",
           ${activeInPeriods(sql`a`, sql`${today}::date`)} AS "periodPeople"
      FROM account_people a WHERE a.project_id = ${scope.projectId} AND a.account_id = ${id}`);
  return rows[0] as AccountCounts;
}
