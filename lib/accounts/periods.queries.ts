import sql, { join, raw, type Sql } from "sql-template-tag";

/** Lengths of the periods that an account's page compares with as many days before, in UTC days including today. */
export const ACCOUNT_PERIODS = [7, 30, 90] as const;
export type AccountPeriod = (typeof ACCOUNT_PERIODS)[number];

const LONGEST = 2 * Math.max(...ACCOUNT_PERIODS);

/**
 * An aggregate over account_people: the active people of each period up to `today`, followed by those of the period
 * before, without the own team. Two binary searches per person and period in their sorted days.
 */
export function activeInPeriods(row: Sql, today: Sql): Sql {
  const isRecent = sql`NOT ${row}.is_internal AND ${row}.last_at >= ${today} - ${raw(String(LONGEST + 1))}`;
  const upTo = (ago: number) => sql`width_bucket(${today} - ${raw(String(ago))}, ${row}.days)`;
  const active = (from: number, until: number) =>
    sql`count(*) FILTER (WHERE ${isRecent} AND ${upTo(until)} < ${upTo(from)})::int`;
  return sql`ARRAY[${join(
    ACCOUNT_PERIODS.map((days) => sql`${active(0, days)}, ${active(days, 2 * days)}`),
    ", ",
  )}]`;
}
