import sql, { type Sql } from "sql-template-tag";
import { NEWEST_KEPT } from "@/lib/profiles/person-events.store";
import { boundsOf } from "./behaviour.queries";
import type { ConditionOf } from "./rule";

/**
 * A behaviour that lifetime counts (person_events) answer, without a walk over events: `people`, everybody in it; `probe`, whether `f`
 * is. null for the others: more than ten times within a window, windows that end in the past, and conditions on properties.
 *
 * people: person_events_name_idx from the window's beginning on, alone unless it is several times within a window: O(people who did
 * it since). probe: person_events_pkey.
 */
export function lifetimeSql(
  projectId: string,
  condition: ConditionOf<"did"> | ConditionOf<"firstDid">,
  now: number,
): { people: Sql; probe: Sql; negated: boolean } | null {
  const test = testOf(condition, now);
  if (!test) return null;
  const mine = sql`x.project_id = ${projectId} AND x.name = ${condition.event} AND ${test.holds}`;
  return {
    people: sql`SELECT x.person FROM person_events x WHERE ${mine}`,
    // OFFSET 0 keeps Postgres from turning the question into a join over everybody who did it.
    probe: sql`(EXISTS (SELECT 1 FROM person_events x WHERE x.person = f.person AND ${mine} OFFSET 0))`,
    negated: test.negated,
  };
}

function testOf(
  condition: ConditionOf<"did"> | ConditionOf<"firstDid">,
  now: number,
): { holds: Sql; negated: boolean } | null {
  const { from, before } = boundsOf(condition.window, now);
  if (condition.kind === "firstDid") {
    // Whoever began since did it since: the index is entered there.
    const since = sql`x.last_at >= ${from}::timestamptz AND x.first_at >= ${from}::timestamptz`;
    return { holds: sql`${since} AND x.first_at < ${before}::timestamptz`, negated: false };
  }
  const { is, n } = condition;
  if (condition.where.length > 0 || before !== "infinity" || (is === "atLeast" && n === 0)) return null;
  const negated = is === "atMost" || (is === "exactly" && n === 0);
  const often = is === "atMost" ? n + 1 : Math.max(1, n);
  const exactly = is === "exactly" && n > 0;
  if (from === "-infinity") return { holds: exactly ? sql`x.events = ${n}` : sql`x.events >= ${often}`, negated };
  if (often + (exactly ? 1 : 0) > NEWEST_KEPT) return null;
  // The nth last time tells: since then they did it n times.
  const since = (nth: number) => sql`x.newest[${nth}] >= ${from}::timestamptz`;
  const recent = sql`x.last_at >= ${from}::timestamptz`;
  if (often === 1 && !exactly) return { holds: recent, negated };
  const least = sql`${recent} AND x.events >= ${often} AND ${since(often)}`;
  return { holds: exactly ? sql`${least} AND (${since(n + 1)}) IS NOT TRUE` : least, negated };
}
