import { pool } from "@/lib/db/pool";
import { peopleCountQuery } from "@/lib/profiles/list/everybody.queries";
import { selectionOf } from "@/lib/profiles/list/selection";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compiled.queries";
import type { Rule } from "@/lib/segments/rule";

/**
 * How many people the list of a rule has. The screen's countPeople falls back to an estimate after 800 ms, which a busy
 * machine may need; this is the same statement without the limit.
 */
export async function exactCount(scope: Scope, rule: Rule, now?: number): Promise<number> {
  const selection = selectionOf({ filter: await compileRule(scope, rule, now) }, "everyone", undefined);
  const { rows } = await pool().query<{ count: number }>(peopleCountQuery(scope, selection));
  return rows[0]?.count ?? 0;
}
