import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { dayOf } from "@/lib/format/time";
import { type Person, personNumber } from "@/lib/identity/person-ref";
import type { Scope } from "@/lib/scope";
import { storedRule } from "./rules.store";
import { type StateSentence, stateSentence } from "./state-sentence";

/** The most days read: a habit needs the newest few, a return from dormancy rarely more than a year. */
const MAX_DAYS = 1_000;

/** Active days since 1970, in any order. First and last seen (ms) count too, as retention may delete those days. */
type Active = { days: readonly number[]; firstSeen: number | null; lastSeen: number | null };

/** Today's state of a person and its reason; null until it is known. person_days_pkey, profile_facts_pkey. */
export async function personState(scope: Scope, who: Person, now: number): Promise<StateSentence | null> {
  const person = personNumber(who);
  const active = pool().query<Active>(sql`
    SELECT ARRAY(SELECT day - DATE '1970-01-01'
                   FROM person_days
                  WHERE project_id = ${scope.projectId} AND person = ${person}::bigint
                  ORDER BY day DESC
                  LIMIT ${MAX_DAYS}) AS days, f.first_seen AS "firstSeen", f.last_seen AS "lastSeen"
      FROM (VALUES (1)) one
      LEFT JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = ${person}::bigint`);
  return stateFrom(
    scope,
    active.then(({ rows }) => rows[0] as Active),
    now,
  );
}

/**
 * Today's state and its reason, of a person or an account by their active days; an account's are those of its people.
 */
export async function stateFrom(
  { projectId }: Scope,
  active: Promise<Active>,
  now: number,
): Promise<StateSentence | null> {
  const [stored, { days, firstSeen, lastSeen }] = await Promise.all([storedRule(pool(), projectId), active]);
  const seen = [firstSeen, lastSeen].flatMap((ms) => (ms === null ? [] : [dayOf(ms)]));
  const all = [...new Set([...days, ...seen])].sort((a, b) => a - b);
  return stored && stateSentence(all, dayOf(now), stored.rule);
}
