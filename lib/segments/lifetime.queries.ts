import sql, { empty, type Sql } from "sql-template-tag";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { NEWEST_KEPT } from "@/lib/profiles/facts/person-history.store";
import {
  type BehaviourSet,
  type Bounds,
  behaviourSql,
  boundsOf,
  type DatedBehaviour,
  eventProperty,
} from "./behaviour.queries";
import { and } from "./property.queries";
import type { ConditionOf } from "./rule";

/**
 * A behaviour for projects with complete lifetime counts (person_events): `people`, everybody in it; `probe`, whether
 * `f` is. null: it holds for everyone.
 *
 * people: person_events_name_idx from the start of the window on, sufficient unless it is several times within a
 * window: O(people who did it since); windows that end in the past and conditions on properties scan events as in
 * behaviourSql. probe: person_events_pkey, and if the counts cannot answer, the person's own events of the window
 * (events_actor_ts_idx).
 */
export function lifetimeSql(projectId: string, condition: DatedBehaviour, now: number): BehaviourSet | null {
  const walk = behaviourSql(projectId, condition, now);
  if (!walk) return null;
  const mine = sql`x.project_id = ${projectId} AND x.name = ${condition.event}`;
  const fromCounts = conditionOnCounts(condition, now);
  // The counts filter first, so that only few people's own events are counted.
  const holds = fromCounts ?? and([possible(condition, now), ownCount(projectId, condition, now)]);
  const walks = !fromCounts && (condition.kind === "firstDid" || condition.where.length > 0 || isPast(condition, now));
  return {
    people: walks ? walk.people : sql`SELECT x.person FROM person_events x WHERE ${mine} AND ${holds}`,
    // OFFSET 0 keeps Postgres from turning the test into a join over everybody who did it.
    probe: sql`(EXISTS (SELECT 1 FROM person_events x WHERE x.person = f.person AND ${mine} AND ${holds} OFFSET 0))`,
    negated: walk.negated,
    walks,
  };
}

const isPast = ({ window }: DatedBehaviour, now: number): boolean => boundsOf(window, now).before !== "infinity";
/** The minimum count to be in the set. */
const leastOf = ({ is, n }: ConditionOf<"did">): number => (is === "atMost" ? n + 1 : Math.max(1, n));
const isExact = ({ is, n }: ConditionOf<"did">): boolean => is === "exactly" && n > 0;

/** The answer by the counts alone; null if they cannot answer. */
function conditionOnCounts(condition: DatedBehaviour, now: number): Sql | null {
  const { from, before } = boundsOf(condition.window, now);
  if (condition.kind === "firstDid") {
    // Everybody who started since then has done it since then: the index scan starts there.
    const since = sql`x.last_at >= ${from}::timestamptz AND x.first_at >= ${from}::timestamptz`;
    return sql`${since} AND x.first_at < ${before}::timestamptz`;
  }
  if (condition.where.length > 0 || before !== "infinity") return null;
  const [least, exactly] = [leastOf(condition), isExact(condition)];
  if (from === "-infinity") return exactly ? sql`x.events = ${least}` : sql`x.events >= ${least}`;
  if (least + (exactly ? 1 : 0) > NEWEST_KEPT) return null;
  // They did it n times since their nth last time.
  const enough = possible(condition, now);
  return exactly ? sql`${enough} AND (x.newest[${least + 1}] >= ${from}::timestamptz) IS NOT TRUE` : enough;
}

/** A necessary condition to be in the set. */
function possible(condition: DatedBehaviour, now: number): Sql {
  const { from, before } = boundsOf(condition.window, now);
  const least = condition.kind === "did" ? leastOf(condition) : 1;
  const recent = sql`x.last_at >= ${from}::timestamptz AND x.first_at < ${before}::timestamptz`;
  if (least === 1) return recent;
  return sql`${recent} AND x.events >= ${least} AND x.newest[${Math.min(least, NEWEST_KEPT)}] >= ${from}::timestamptz`;
}

/** The person's own events of the window, counted: lanes as everywhere, each a range of events_actor_ts_idx. */
function ownCount(projectId: string, condition: DatedBehaviour, now: number): Sql {
  const { from, before }: Bounds = boundsOf(condition.window, now);
  const where = condition.kind === "did" ? condition.where : [];
  const properties = where.length === 0 ? empty : sql`AND ${and(where.map((one) => eventProperty(one, now)))}`;
  const count = sql`(
    SELECT count(*)
      FROM (${lanesIn({ projectId }, sql`(SELECT x.person)`)}) l
     CROSS JOIN LATERAL (
       SELECT 1 FROM events e
        WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id
          AND e.ts >= greatest(l.from_ts, ${from}::timestamptz)
          AND e.ts < least(l.to_ts, ${before}::timestamptz) AND e.kind = 'event'
          AND e.name = ${condition.event} ${properties}
       OFFSET 0) e)`;
  if (condition.kind === "firstDid") return sql`${count} > 0`;
  return isExact(condition) ? sql`${count} = ${condition.n}` : sql`${count} >= ${leastOf(condition)}`;
}
