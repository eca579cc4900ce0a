import sql, { join, type Sql } from "sql-template-tag";
import { dayOf, isoDay } from "@/lib/lifecycle/moves";
import { codeOf } from "@/lib/lifecycle/states.store";
import type { ConditionOf } from "./rule";
import { decodeRule } from "./url";

/**
 * Whether the account of `f` (account_facts) was in one of the states on a day: one range of account_states_state_idx
 * per state. `noneOf` all of them: it had not been seen yet.
 */
export function accountStateSql(projectId: string, { is, values, on }: ConditionOf<"state">, now: number): Sql {
  const day = sql`${on ?? isoDay(dayOf(now))}::date`;
  return sql`f.account_id ${is === "oneOf" ? sql`IN` : sql`NOT IN`} (
    SELECT s.account_id FROM account_states s
     WHERE s.project_id = ${projectId} AND s.state = ANY(${values.map(codeOf)}::smallint[])
       AND s.until > ${day} AND s.since <= ${day})`;
}

/** Which accounts a list shows: `words` follow their number, as in "that were slipping on …". */
export type AccountStatesShown = { where: Sql | undefined; words: string | null };

/** The filter of the accounts list's URL: states on days, combined by AND. Anything else shows every account. */
export function readAccountStates(projectId: string, filter: string, now: number): AccountStatesShown {
  const rule = filter === "" ? null : decodeRule(filter);
  const conditions =
    rule?.kind === "and" ? rule.of.filter((one): one is ConditionOf<"state"> => one.kind === "state") : [];
  if (!rule || conditions.length === 0 || conditions.length < rule.of.length) return { where: undefined, words: null };
  return {
    where: join(
      conditions.map((one) => accountStateSql(projectId, one, now)),
      " AND ",
    ),
    words: `that ${conditions.map(inWords).join(" and ")}`,
  };
}

function inWords({ is, values, on }: ConditionOf<"state">): string {
  const verb = on === undefined ? "are" : "were";
  return `${verb} ${is === "oneOf" ? "" : "not "}${values.join(" or ")}${on === undefined ? "" : ` on ${on}`}`;
}
