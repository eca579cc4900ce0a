import { pool } from "@/lib/db/pool";
import { peopleCountQuery } from "@/lib/profiles/list/everybody.queries";
import type { Selection } from "@/lib/profiles/list/people.queries";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import type { Rule } from "@/lib/segments/rule";

/**
 * How many people the list of a rule has. The screen's countPeople falls back to an estimate after 800 ms, which a busy
 * machine may need; this is the same statement without the limit.
 */
export async function exactCount(scope: Scope, rule: Rule, now?: number): Promise<number> {
  const filter = await compileRule(scope, rule, now);
  const selection: Selection = { tab: "everyone", windowDays: 30, filter, now: Date.now() };
  const { rows } = await pool().query<{ count: number }>(peopleCountQuery(scope, selection));
  return rows[0]?.count ?? 0;
}
