import sql, { type Sql } from "sql-template-tag";
import { GONE_DAYS, type HealthState, LAST_FULL_WEEK, NEW_DAYS, USUAL_FROM, USUAL_WEEKS } from "@/lib/accounts/health";

/** The rule of health.ts over `f` (account_facts), in whole numbers; SQL counts array elements from 1. */
const DAY = (time: Sql): Sql => sql`(${time} AT TIME ZONE 'UTC')::date`;
const AGE = sql`(f.computed_on - ${DAY(sql`f.first_seen`)})`;
const SILENT = sql`(f.computed_on - ${DAY(sql`f.last_seen`)})`;
const WEEKS = sql`least(${USUAL_WEEKS}::int, greatest(1, ${AGE} / 7 - 1))`;
const USUAL_SUM = sql`(f.week_people[3] + f.week_people[4] + f.week_people[5] + f.week_people[6]
  + f.week_people[7] + f.week_people[8] + f.week_people[9] + f.week_people[10])`;
const LAST_WEEK = sql`f.week_people[11]`;
if (USUAL_FROM !== 2 || USUAL_WEEKS !== 8 || LAST_FULL_WEEK !== 10)
  throw new Error("health.queries.ts follows health.ts");

const MOST = sql`greatest(f.active_7, ${LAST_WEEK})`;
const LEAST = sql`least(f.active_7, ${LAST_WEEK})`;

/** An account's state; O(1) a row. */
export const healthState: Sql = sql`CASE
  WHEN f.first_seen IS NULL OR f.last_seen IS NULL THEN 'unseen'
  WHEN ${SILENT} >= ${GONE_DAYS}::int THEN 'gone'
  WHEN ${AGE} < ${NEW_DAYS}::int THEN 'new'
  WHEN ${USUAL_SUM} >= ${WEEKS} AND 2 * ${MOST} * ${WEEKS} <= ${USUAL_SUM} THEN 'quiet'
  WHEN 2 * ${LEAST} * ${WEEKS} >= 3 * ${USUAL_SUM} AND ${LEAST} * ${WEEKS} - ${USUAL_SUM} >= 2 * ${WEEKS} THEN 'growing'
  ELSE 'steady' END`;

/** People more, or fewer, than in a usual week. */
export const trendValue: Sql = sql`(f.active_7 - coalesce(${USUAL_SUM}::float8 / ${WEEKS}, 0))`;

/** By how much it asks for attention: quiet first. */
const RANKS: { [State in HealthState]: number } = { quiet: 1, growing: 2, new: 3, steady: 4, gone: 5, unseen: 6 };
export const healthRank: Sql = sql`CASE ${healthState} WHEN 'quiet' THEN ${RANKS.quiet}::int
  WHEN 'growing' THEN ${RANKS.growing}::int WHEN 'new' THEN ${RANKS.new}::int WHEN 'steady' THEN ${RANKS.steady}::int
  WHEN 'gone' THEN ${RANKS.gone}::int ELSE ${RANKS.unseen}::int END`;
