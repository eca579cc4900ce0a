import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import type { Person } from "@/lib/identity/person-ref";
import type { Scope } from "@/lib/scope";
import { dayOf } from "./moves";
import { keptRule } from "./rules.store";
import { type StateSentence, stateSentence } from "./state-sentence";

/** Days read: a habit takes the newest few, the return from dormancy rarely more than a year. */
const MAX_DAYS = 1_000;

/** Today's state of a person, and why; null until it is known. person_days_pkey. */
export async function personState(scope: Scope, who: Person, now: number): Promise<StateSentence | null> {
  const person = who.kind === "profile" ? who.profileId : -who.streamId;
  const days = pool().query<{ day: number }>(sql`
    SELECT day - DATE '1970-01-01' AS day
      FROM person_days
     WHERE project_id = ${scope.projectId} AND person = ${person}::bigint
     ORDER BY day DESC
     LIMIT ${MAX_DAYS}`);
  return stateFrom(
    scope,
    days.then(({ rows }) => rows.map(({ day }) => day)),
    now,
  );
}

/** The same from active days since 1970, newest first: of an account, those on which any of its people were active. */
export async function stateFrom(
  { projectId }: Scope,
  newestFirst: Promise<readonly number[]>,
  now: number,
): Promise<StateSentence | null> {
  const [kept, days] = await Promise.all([keptRule(pool(), projectId), newestFirst]);
  return kept && stateSentence(days.toReversed(), dayOf(now), kept.rule);
}
