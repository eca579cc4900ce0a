import sql, { type Sql } from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { DAYS_A_WEEK, dayOf, mondayOfWeek } from "@/lib/format/time";
import { readHeavily } from "@/lib/reading/heavy.queries";
import type { Reader } from "@/lib/scope";
import { storedRule } from "./rules.store";
import { stateOf } from "./states";
import {
  type LifecyclePeriod,
  type LifecycleSubject,
  type LifecycleWeek,
  type MoveCount,
  splitPeriod,
  type WeekDay,
  weekDays,
  weeksOf,
} from "./weeks";

type ProjectScope = Reader;

/** The weeks from that of day `from` to that of day `to`, or to the current one; days since 1970. */
export async function lifecycleWeeks(
  scope: Reader,
  { from, to, who }: { from: number; to: number; who: LifecycleSubject },
  now: number,
): Promise<LifecycleWeek[]> {
  const days = weekDays(from, to, dayOf(now));
  if (days.length === 0) return [];
  type Row = { day: number; was: number; became: number; people: number };
  const { rows } = await readHeavily<Row>(scope, movesQuery(scope, days, who));
  return weeksOf(
    days,
    rows.flatMap(({ day, was, became, people }): MoveCount[] => {
      const state = stateOf(became);
      return state ? [{ day, was: stateOf(was), became: state, people }] : [];
    }),
  );
}

/** The weeks of a range, and as many before them, in one read. */
export async function lifecyclePeriod(
  scope: ProjectScope,
  range: { from: number; to: number; who: LifecycleSubject },
  now: number,
): Promise<LifecyclePeriod> {
  const count = weekDays(range.from, range.to, dayOf(now)).length;
  if (count === 0) return { now: [], before: [] };
  const from = mondayOfWeek(range.from) - count * DAYS_A_WEEK;
  return splitPeriod(await lifecycleWeeks(scope, { ...range, from }, now), count);
}

/**
 * Moves by week, those before the first week summed. lifecycle_moves_pkey; O(weeks of the project), whatever the number
 * of people.
 */
export function movesQuery(scope: ProjectScope, days: readonly WeekDay[], who: LifecycleSubject): Sql {
  const monday = days[0]?.monday ?? 0;
  return sql`
    SELECT greatest(day - DATE '1970-01-01', ${monday - 1}::int) AS day, was, became, sum(people)::bigint AS people
      FROM lifecycle_moves
     WHERE project_id = ${scope.projectId}
       AND who = ANY(${who === "everybody" ? ["identified", "anonymous"] : [who]}::text[])
       AND (day < DATE '1970-01-01' + ${monday}::int AND extract(isodow FROM day) = 7
            OR day - DATE '1970-01-01' = ANY(${days.map(({ day }) => day)}::int[]))
     GROUP BY 1, 2, 3`;
}

/** "none": no states yet. "changing": new thresholds are being applied to everybody. */
export type LifecycleProgress = "none" | "changing" | "settled";

/** How far the states of a project's people, or of its accounts, have been computed. Primary key. */
export async function lifecycleProgress(scope: ProjectScope, who: LifecycleSubject): Promise<LifecycleProgress> {
  const stored = await storedRule(pool(), scope.projectId);
  const { ready, sweptTo } =
    who === "accounts" ? { ready: stored?.accountsReady, sweptTo: stored?.accountsSweptTo } : (stored ?? {});
  if (!ready) return "none";
  return sweptTo === null ? "settled" : "changing";
}
