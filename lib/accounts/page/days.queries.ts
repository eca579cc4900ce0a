import sql from "sql-template-tag";
import { prepared } from "@/lib/db/statement";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** An account's UTC day, as days since 1970. */
export type AccountDay = { day: number; people: number; events: number };

/** Enough for the calendar, which shows a year. */
const MAX_DAYS = 1_000;

/** The days on which the account's people were active for it, newest first. account_days_pkey. */
export async function accountDays(scope: Scope, id: string): Promise<AccountDay[]> {
  const { rows } = await reading(scope).query<AccountDay>(
    prepared(sql`
    SELECT d.day - DATE '1970-01-01' AS day, d.people, d.events
      FROM account_days d
     WHERE d.project_id = ${scope.projectId} AND d.account_id = ${id} AND (d.events > 0 OR d.people > 0)
     ORDER BY d.day DESC
     LIMIT ${MAX_DAYS}`),
  );
  return rows;
}
