import sql, { type Sql } from "sql-template-tag";
import { dayOf, isoDay } from "@/lib/lifecycle/moves";
import { codeOf } from "@/lib/lifecycle/states.store";
import type { ConditionOf } from "./rule";

/**
 * People who were in one of the states on a day: `people`, all of them (one range of person_states_state_idx per state,
 * for states that have ended since and for those that still last); `probe`, whether `f` was (person_states_pkey,
 * backwards from the day).
 */
export function stateSql(projectId: string, condition: ConditionOf<"state">, now: number): { people: Sql; probe: Sql } {
  const day = sql`${condition.on ?? isoDay(dayOf(now))}::date`;
  const states = sql`${condition.values.map(codeOf)}::smallint[]`;
  return {
    people: sql`
      SELECT s.person
        FROM person_states s
       WHERE s.project_id = ${projectId} AND s.state = ANY(${states}) AND s.until > ${day} AND s.since <= ${day}`,
    probe: sql`
      coalesce((
        SELECT s.until > ${day} AND s.state = ANY(${states})
          FROM person_states s
         WHERE s.project_id = ${projectId} AND s.person = f.person AND s.since <= ${day}
         ORDER BY s.since DESC
         LIMIT 1), false)`,
  };
}
