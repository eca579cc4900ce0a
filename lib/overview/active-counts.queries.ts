import sql, { empty, join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { daysWithin } from "@/lib/format/range";
import { utcDay } from "@/lib/format/time";
import { ownTeam } from "@/lib/identity/own-team.queries";
import { MAX_GAP_DAYS } from "@/lib/profiles/active-counts.store";
import type { Scope } from "@/lib/scope";
import { eventNamesCte } from "@/lib/timeline/project-events.queries";
import { countedIn, QUARTER_MS } from "./day-counts.queries";
import { freshSql, isInWindow, peopleOfDay } from "./days.queries";
import { signUpsIn, type TimeWindow } from "./window.queries";

/**
 * The overview's people from the sums over person_days (docs/decisions/0121-people-by-gaps.md). The cost depends on the
 * days of the window, however many people were active on them; in zones other than UTC, also on the people of the one
 * or two days that the window cuts.
 */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether the sums can answer this window: it must not be longer than the longest gap they distinguish. */
export const isCoveredBySums = ({ from, to }: TimeWindow): boolean => (to - from) / DAY_MS < MAX_GAP_DAYS - 1;

const startOf = (ts: number): number => Math.floor(ts / DAY_MS) * DAY_MS;

/** In which quarter of an hour of its UTC day a moment is. */
const quarterAt = (ts: number): number => Math.floor((ts - startOf(ts)) / QUARTER_MS);

/**
 * How a window is counted by whole UTC days, `first` to `last`. Of a day that the window cuts, the sums count either
 * everybody or nobody, whichever is closer; `miscounted` selects the people of that day whom this counts wrongly. The
 * day's rows are only read if its quarters have any: nobody has been active after a window that ends later today.
 */
function wholeDays(scope: Scope, { from, to }: TimeWindow): { first: string; last: string; miscounted: Sql[] } {
  const miscounted: Sql[] = [];
  const addThose = (time: Sql, sum: Sql, isBefore: boolean, ts: number) =>
    miscounted.push(sql`
      SELECT d.person
        FROM person_days d
       WHERE d.project_id = ${scope.projectId} AND d.day = ${utcDay(ts)}::date
         AND ${time} ${isBefore ? sql`<` : sql`>=`} ${timestamp(ts)}
         AND EXISTS (
           SELECT 1
             FROM active_quarters q
            WHERE q.project_id = ${scope.projectId} AND q.day = ${utcDay(ts)}::date
              AND q.quarter ${isBefore ? sql`<=` : sql`>=`} ${quarterAt(ts)} AND ${sum} > 0)`);
  let [first, end] = [startOf(from), startOf(to)];
  if (from > first) {
    const isSummed = from - first < DAY_MS / 2;
    addThose(sql`d.last_at`, sql`q.ended`, isSummed, from);
    if (!isSummed) first += DAY_MS;
  }
  if (to > end) {
    const isSummed = to - end >= DAY_MS / 2;
    addThose(sql`d.first_at`, sql`q.began`, !isSummed, to);
    if (isSummed) end += DAY_MS;
  }
  return { first: utcDay(first), last: utcDay(end - DAY_MS), miscounted };
}

/**
 * The CTE `people (active, identified)`, whose rows are to be added up: the sums, as of somebody's days in the window,
 * only the first has a gap that reaches back to before it (active_gaps_pkey); for people of cut days who were active on
 * no day between, the correct count minus that of the sums (person_days_day_idx, person_days_pkey); and minus the own
 * team (`own`).
 */
function peopleIn(scope: Scope, window: TimeWindow): Sql {
  const { first, last, miscounted } = wholeDays(scope, window);
  const [from, to] = [timestamp(window.from), timestamp(window.to)];
  const corrected = sql`
      UNION ALL
      SELECT sum(c.n), sum(c.n) FILTER (WHERE c.person > 0)
        FROM (
          SELECT w.person, (
                   SELECT bool_or(d.last_at >= ${from} AND d.first_at < ${to})::int
                          - bool_or(d.day >= ${first}::date AND d.day <= ${last}::date)::int
                     FROM person_days d
                    WHERE d.project_id = ${scope.projectId} AND d.person = w.person
                      AND d.day IN (${utcDay(window.from)}::date, ${utcDay(window.to)}::date)) AS n
            FROM (${miscounted.length > 0 ? join(miscounted, " UNION ") : empty}) w
           WHERE NOT EXISTS (
             SELECT 1
               FROM person_days i
              WHERE i.project_id = ${scope.projectId} AND i.person = w.person
                AND i.day > ${utcDay(window.from - 1)}::date AND i.day < ${utcDay(window.to)}::date OFFSET 0)
          OFFSET 0) c`;
  return sql`
    people AS (
      SELECT sum(g.people) AS active, sum(g.identified) AS identified
        FROM active_gaps g
       WHERE g.project_id = ${scope.projectId} AND g.day >= ${first}::date AND g.day <= ${last}::date
         AND g.gap > g.day - ${first}::date
      ${miscounted.length > 0 ? corrected : empty}
      UNION ALL
      SELECT -count(*), -count(*) FILTER (WHERE o.person > 0)
        FROM own o
       WHERE EXISTS (
         SELECT 1
           FROM person_days d
          WHERE d.project_id = ${scope.projectId} AND d.person = o.person AND ${isInWindow(scope, window)}))`;
}

const isCut = (ms: number): boolean => ms % QUARTER_MS !== 0;

/** How many people were first seen in the window, without the own team. active_quarters_pkey. */
function freshIn(scope: Scope, window: TimeWindow): Sql {
  if (isCut(window.from) || isCut(window.to)) return sql`(SELECT count(*) FROM (${freshSql(scope, window)}) f)`;
  const [from, to] = [timestamp(window.from), timestamp(window.to)];
  return sql`(
    SELECT coalesce(sum(q.fresh), 0)
      FROM active_quarters q
     WHERE q.project_id = ${scope.projectId}
       AND q.day >= ${utcDay(window.from)}::date AND q.day <= ${utcDay(window.to)}::date
       AND (q.day > ${utcDay(window.from)}::date OR q.quarter >= ${quarterAt(window.from)})
       AND (q.day < ${utcDay(window.to)}::date OR q.quarter < ${quarterAt(window.to)})
    ) - (
    SELECT count(*)
      FROM own o JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = o.person
     WHERE f.first_seen >= ${from} AND f.first_seen < ${to})`;
}

/**
 * A query for a Headline. O(days of the window · gaps + people of the days it cuts + sign-ups + the own team's days).
 */
export const headlineQuery = (scope: Scope, window: TimeWindow): Sql => sql`
  WITH RECURSIVE ${eventNamesCte(scope)}, ${countedIn(scope, "event", [window])},
  ${peopleIn(scope, window)}
  SELECT coalesce(sum(active), 0)::bigint AS active, coalesce(sum(identified), 0)::bigint AS identified,
         (${freshIn(scope, window)})::bigint AS fresh,
         (SELECT coalesce(sum(n), 0)::bigint FROM counted) AS events,
         ${signUpsIn(scope, window)} AS "signUps"
    FROM people`;

/**
 * A query for DayCounts. A day of 24 hours begins at the same quarter as the next one: it has the people whose activity
 * on its first UTC day ended after that, plus those whose activity on its second UTC day began before it, minus those
 * with both. Days on which clocks change are counted from the rows, and so is the own team, which is subtracted.
 * active_quarters_pkey, person_days_day_idx, person_days_pkey.
 */
export function dailyQuery(scope: Scope, window: TimeWindow, zone: string): Sql {
  const days = daysWithin(window, zone);
  const cuts = days.map(({ from, to }) =>
    to - from === DAY_MS && !isCut(from) ? (from - startOf(from)) / QUARTER_MS : null,
  );
  const ofProject = sql`q.project_id = ${scope.projectId}`;
  return sql`
    WITH own AS MATERIALIZED (${ownTeam(scope.projectId)}),
    days AS MATERIALIZED (
      SELECT day, lo, hi, cut, (lo AT TIME ZONE 'UTC')::date AS lo_day,
             ((hi - interval '1 ms') AT TIME ZONE 'UTC')::date AS hi_day
        FROM unnest(${days.map(({ day }) => day)}::date[], ${days.map((day) => timestamp(day.from))}::timestamptz[],
               ${days.map((day) => timestamp(day.to))}::timestamptz[], ${cuts}::smallint[]) q(day, lo, hi, cut)),
    own_team_counts AS (
      SELECT days.day, count(DISTINCT d.person) AS people
        FROM own
        JOIN person_days d ON d.project_id = ${scope.projectId} AND d.person = own.person
         AND d.day >= ${utcDay(window.from)}::date AND d.day <= ${utcDay(window.to - 1)}::date
        JOIN days ON d.day IN (days.lo_day, days.hi_day) AND d.last_at >= days.lo AND d.first_at < days.hi
       GROUP BY days.day)
    SELECT to_char(days.day, 'YYYY-MM-DD') AS day, p.people - coalesce(own_team_counts.people, 0) AS people
      FROM days
      LEFT JOIN own_team_counts ON own_team_counts.day = days.day
     CROSS JOIN LATERAL (
       SELECT CASE WHEN days.cut IS NULL THEN (${peopleOfDay(scope)}) ELSE (
                SELECT coalesce(sum(q.ended), 0)
                  FROM active_quarters q WHERE ${ofProject} AND q.day = days.lo_day AND q.quarter >= days.cut)
              + (SELECT coalesce(sum(q.began) FILTER (WHERE q.quarter < days.cut), 0) - coalesce(sum(q.around), 0)
                   FROM active_quarters q WHERE ${ofProject} AND q.day = days.lo_day + 1 AND q.quarter <= days.cut)
              END::bigint AS people OFFSET 0) p
     WHERE p.people > coalesce(own_team_counts.people, 0)
     ORDER BY days.day`;
}
