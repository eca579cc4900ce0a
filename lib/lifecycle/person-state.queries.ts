import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import type { Person } from "@/lib/identity/person-ref";
import type { Scope } from "@/lib/scope";
import { dayOf } from "./moves";
import { keptRule } from "./rules.store";
import { type StateInWords, stateInWords } from "./words";

/** Days read of a person: a habit takes the newest few, the return from dormancy rarely more than a year. */
const MAX_DAYS = 1_000;

/** Today's state of a person, and why; null until they are known. person_days_pkey. */
export async function personState(scope: Scope, who: Person, now: number): Promise<StateInWords | null> {
  const person = who.kind === "profile" ? who.profileId : -who.streamId;
  const [kept, { rows }] = await Promise.all([
    keptRule(pool(), scope.projectId),
    pool().query<{ day: number }>(sql`
      SELECT day - DATE '1970-01-01' AS day
        FROM person_days
       WHERE project_id = ${scope.projectId} AND person = ${person}::bigint
       ORDER BY day DESC
       LIMIT ${MAX_DAYS}`),
  ]);
  return kept && stateInWords(rows.map(({ day }) => day).reverse(), dayOf(now), kept.rule);
}
