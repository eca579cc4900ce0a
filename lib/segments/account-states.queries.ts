import sql, { type Sql } from "sql-template-tag";
import { dayOf, isoDay } from "@/lib/lifecycle/moves";
import { codeOf } from "@/lib/lifecycle/states.store";
import type { AccountTestOf } from "./rule";

/**
 * Whether the account of `f` (account_facts) was in one of the states on a day: one range of account_states_state_idx
 * per state. `noneOf` all of them: it had not been seen yet.
 */
export function accountStateSql(projectId: string, { is, values, on }: AccountTestOf<"state">, now: number): Sql {
  const day = sql`${on ?? isoDay(dayOf(now))}::date`;
  return sql`f.account_id ${is === "oneOf" ? sql`IN` : sql`NOT IN`} (
    SELECT s.account_id FROM account_states s
     WHERE s.project_id = ${projectId} AND s.state = ANY(${values.map(codeOf)}::smallint[])
       AND s.until > ${day} AND s.since <= ${day})`;
}
