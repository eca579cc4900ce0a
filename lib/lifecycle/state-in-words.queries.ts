import sql, { type Sql } from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import type { Person } from "@/lib/identity/person-ref";
import type { Scope } from "@/lib/scope";
import { dayOf } from "./moves";
import { keptRule } from "./rules.store";
import { type StateSentence, stateSentence } from "./state-sentence";

/** Days read: a habit takes the newest few, the return from dormancy rarely more than a year. */
const MAX_DAYS = 1_000;

/** Today's state of a person, and why; null until it is known. person_days_pkey. */
export function personState(scope: Scope, who: Person, now: number): Promise<StateSentence | null> {
  const person = who.kind === "profile" ? who.profileId : -who.streamId;
  return inWords(
    scope,
    now,
    sql`
    SELECT day - DATE '1970-01-01' AS day
      FROM person_days
     WHERE project_id = ${scope.projectId} AND person = ${person}::bigint
     ORDER BY day DESC
     LIMIT ${MAX_DAYS}`,
  );
}

/**
 * The same for an account, over the days on which any of its people were active for it, without the project's own team.
 * account_days_pkey.
 */
export function accountState(scope: Scope, accountId: string, now: number): Promise<StateSentence | null> {
  return inWords(
    scope,
    now,
    sql`
    SELECT day - DATE '1970-01-01' AS day
      FROM account_days
     WHERE project_id = ${scope.projectId} AND account_id = ${accountId} AND people > 0
     ORDER BY day DESC
     LIMIT ${MAX_DAYS}`,
  );
}

/** `newestFirst`: active days since 1970. */
async function inWords({ projectId }: Scope, now: number, newestFirst: Sql): Promise<StateSentence | null> {
  const [kept, { rows }] = await Promise.all([keptRule(pool(), projectId), pool().query<{ day: number }>(newestFirst)]);
  return kept && stateSentence(rows.map(({ day }) => day).reverse(), dayOf(now), kept.rule);
}
