import sql, { empty, type Sql } from "sql-template-tag";
import { MAX_ACCOUNTS_AT_ONCE } from "@/lib/accounts/memberships";
import { timestamp } from "@/lib/db/statement";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { boundsOf, type DatedWindow, eventProperty } from "./behaviour.queries";
import { endsOf } from "./life.queries";
import { andSql, notSql, timeSql } from "./property.queries";
import type { AccountTestOf, Behaviour, ConditionOf, LifeMoment, LifeWindow, MemberCondition } from "./rule";

/**
 * What people did while they belonged to an account, from account_events: one row (`x`) per person and event name, with
 * count, first and last time. These three answer most windows; if they cannot, the person's own events of the window
 * are counted (events_actor_ts_idx).
 */

type Context = { projectId: string; now: number; counted: boolean };
/** The ends of a window as timestamptz; NULL, for an empty window, if a life does not have its moment. */
type Ends = { from: Sql; before: Sql };
/** A set of accounts; `negated`: the test holds for those outside it; null: it holds for all. */
export type AccountSet = { accounts: Sql; negated: boolean } | null;

/** The range of counts in a test's set, and whether the test is negated; null: it holds for all. */
function rangeOf({ is, n }: { is: "atLeast" | "atMost" | "exactly"; n: number }) {
  if (is === "atLeast") return n === 0 ? null : { min: n, isExact: false, negated: false };
  if (is === "exactly" && n > 0) return { min: n, isExact: true, negated: false };
  return { min: is === "atMost" ? n + 1 : 1, isExact: false, negated: true };
}

/**
 * The accounts whose people, including former ones, together did an event that often. account_events_name_idx from the
 * start of the window on, account_people_pkey per row.
 */
export function accountDidSql(test: AccountTestOf<"did"> | AccountTestOf<"firstDid">, context: Context): AccountSet {
  const { projectId } = context;
  const range = test.of === "firstDid" ? { min: 1, isExact: false, negated: false } : rangeOf(test);
  if (!range) return null;
  const { window } = test;
  const life = "within" in window ? window : null;
  const ends = "within" in window ? lifeEnds(window) : datedEnds(window, context.now);
  const moments = life ? sql`JOIN (${momentsSql(life.of, projectId)}) l ON l.account_id = x.account_id` : empty;
  const rows = sql`
    SELECT x.account_id
      FROM account_events x
      JOIN account_people a ON a.project_id = ${projectId} AND a.account_id = x.account_id AND a.person = x.person
      ${moments}
     WHERE x.project_id = ${projectId} AND x.name = ${test.event} AND NOT a.is_internal`;
  if (test.of === "firstDid") {
    const began = sql`min(x.first_at) >= ${ends.from} AND min(x.first_at) < ${ends.before}`;
    const group = life ? sql`x.account_id, l.at` : sql`x.account_id`;
    return { accounts: sql`${rows} GROUP BY ${group} HAVING ${began}`, negated: false };
  }
  const times = timesSql(test, ends, context, range.min === 1 && !range.isExact);
  const enough = range.isExact ? sql`sum(${times}) = ${range.min}` : sql`sum(${times}) >= ${range.min}`;
  const accounts = sql`${rows} AND ${mayHaveEvents(ends)} GROUP BY x.account_id HAVING ${enough}`;
  return { accounts, negated: range.negated };
}

const datedEnds = (window: DatedWindow, now: number): Ends => {
  const { from, before } = boundsOf(window, now);
  return { from: sql`${from}::timestamptz`, before: sql`${before}::timestamptz` };
};

const lifeEnds = ({ within, after = 0 }: LifeWindow): Ends => {
  const later = (days: number) => sql`(l.at + make_interval(hours => ${days * 24}::int))`;
  return { from: later(after), before: later(after + within) };
};

/**
 * When the life of each account began: when it was first seen, when its first person who had signed up joined, or when
 * its people first did an event. O(accounts), O(their people), or account_events_name_idx.
 */
function momentsSql(of: LifeMoment, projectId: string): Sql {
  if (of === "firstSeen")
    return sql`
      SELECT account_id, first_seen AS at
        FROM account_facts
       WHERE project_id = ${projectId} AND first_seen IS NOT NULL`;
  if (of === "signedUp")
    return sql`
      SELECT m.account_id, min(greatest(s.signed_up_at, m.since)) AS at
        FROM account_people m
        JOIN profile_facts s ON s.project_id = ${projectId} AND s.person = m.person
       WHERE m.project_id = ${projectId} AND NOT m.is_internal AND s.signed_up_at IS NOT NULL
       GROUP BY m.account_id`;
  return sql`
    SELECT y.account_id, min(y.first_at) AS at
      FROM account_events y
      JOIN account_people m ON m.project_id = ${projectId} AND m.account_id = y.account_id AND m.person = y.person
     WHERE y.project_id = ${projectId} AND y.name = ${of.event} AND NOT m.is_internal
     GROUP BY y.account_id`;
}

/** Whether `x` may have events in the window. */
const mayHaveEvents = ({ from, before }: Ends): Sql => sql`x.last_at >= ${from} AND x.first_at < ${before}`;

/** How many of `x`'s events are in the window; `once`: 1 may stand for more. Only valid if `mayHaveEvents` holds. */
function timesSql(
  { event, where }: Pick<ConditionOf<"did">, "event" | "where">,
  ends: Ends,
  context: Context,
  once: boolean,
): Sql {
  const own = ownCount(event, where, ends, context);
  if (where.length > 0) return own;
  const { from, before } = ends;
  const some = once ? sql`WHEN x.first_at >= ${from} OR x.last_at < ${before} THEN 1` : empty;
  return sql`CASE WHEN x.first_at >= ${from} AND x.last_at < ${before} THEN x.events ${some} ELSE ${own} END`;
}

/**
 * The person's events within the window that count for the account `a` (docs/accounts.md M5): an event that names
 * accounts only counts for those; one that names none counts for all accounts of its person, if there are at most
 * three.
 */
function ownCount(
  event: string,
  where: ConditionOf<"did">["where"],
  { from, before }: Ends,
  { projectId, now }: Context,
): Sql {
  const properties = where.length === 0 ? empty : sql`AND ${andSql(where.map((one) => eventProperty(one, now)))}`;
  return sql`(
    SELECT count(*)
      FROM (${lanesIn({ projectId }, sql`(SELECT x.person)`)}) n
     CROSS JOIN LATERAL (
       SELECT 1 FROM events e
        WHERE e.project_id = ${projectId} AND e.actor_id = n.actor_id
          AND e.ts >= greatest(n.from_ts, a.since, ${from}) AND e.ts < least(n.to_ts, a.until, ${before})
          AND e.kind = 'event' AND e.name = ${event} ${properties} AND NOT e.ts <@ a.away
          AND (coalesce(e.groups, '{}') = '{}' AND ${MAX_ACCOUNTS_AT_ONCE} >= (
                 SELECT count(*) FROM account_people o
                  WHERE o.project_id = ${projectId} AND o.person = x.person AND o.since <= e.ts
                    AND (o.until IS NULL OR o.until > e.ts) AND NOT e.ts <@ o.away)
               OR e.groups && ARRAY(
                 SELECT a.account_id
                  UNION ALL
                 SELECT c.id FROM accounts c WHERE c.project_id = ${projectId} AND c.merged_into = a.account_id))
       OFFSET 0) e)`;
}

/**
 * The accounts with that many current people who meet every condition. `everybody`: a query for those who meet the
 * conditions that are not about activity in the account. account_events_name_idx or account_people_person_idx of those
 * found, whichever are fewer, else all people of accounts.
 */
export function membersSql(
  test: AccountTestOf<"members">,
  everybody: (conditions: MemberCondition[]) => Sql,
  context: Context,
): AccountSet {
  const others = test.who.filter((one) => !isActivity(one));
  const people = others.length > 0 ? everybody(others) : null;
  const range = rangeOf(test);
  if (!range) return null;
  const { projectId, now } = context;
  const activity = test.who.filter(isActivity);
  const needsFacts = activity.some((one) => one.kind !== "time" && "within" in one.window);
  const facts = needsFacts ? sql`JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = a.person` : empty;
  const conditions = [
    ...activity.map((one) => activitySql(one, context)),
    ...(people ? [sql`a.person IN (${people})`] : []),
  ];
  const accounts = sql`
    SELECT a.account_id
      FROM account_people a ${facts}
     WHERE a.project_id = ${projectId} AND NOT a.is_internal
       AND (a.until IS NULL OR a.until > ${timestamp(now)}::timestamptz) AND ${andSql(conditions)}
     GROUP BY a.account_id
    HAVING count(*) ${range.isExact ? sql`=` : sql`>=`} ${range.min}`;
  return { accounts, negated: range.negated };
}

type LastSeen = Exclude<ConditionOf<"time">, { is: "within" | "beforeFirstSeen" }>;
type ActivityCondition = Behaviour | LastSeen;

/** Whether a condition is about activity in the account rather than about the person. */
const isActivity = (one: MemberCondition): one is ActivityCondition =>
  one.kind === "did" ||
  one.kind === "firstDid" ||
  (one.kind === "time" && one.field === "lastSeen" && one.is !== "within");

/** A condition on activity, over `a` (account_people), and `f` (profile_facts) for windows of the person's own life. */
function activitySql(condition: ActivityCondition, context: Context): Sql {
  if (condition.kind === "time") return timeSql(condition, sql`a.last_at`, context.now);
  const ends = endsOf(condition.window, context);
  const ofEvent = sql`
    x.project_id = ${context.projectId} AND x.account_id = a.account_id AND x.person = a.person
    AND x.name = ${condition.event}`;
  if (condition.kind === "firstDid")
    return sql`EXISTS (
      SELECT 1 FROM account_events x WHERE ${ofEvent} AND x.first_at >= ${ends.from} AND x.first_at < ${ends.before})`;
  const range = rangeOf(condition);
  if (!range) return sql`true`;
  const once = range.min === 1 && !range.isExact;
  const times = timesSql(condition, ends, context, once);
  const enough = range.isExact ? sql`${times} = ${range.min}` : sql`${times} >= ${range.min}`;
  const holds = sql`EXISTS (SELECT 1 FROM account_events x WHERE ${ofEvent} AND ${mayHaveEvents(ends)} AND ${enough})`;
  return range.negated ? notSql(holds) : holds;
}
