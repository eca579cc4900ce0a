import sql, { join, raw, type Sql } from "sql-template-tag";
import { readHeavily } from "@/lib/db/heavy.queries";
import { pool } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";

export const PERIODS = [7, 30, 90] as const;
export type Period = (typeof PERIODS)[number];
/** An account's activity in this many UTC days, including today. */
export type AccountNumbers = { people: number; events: number; days: number };
export type AccountPeriods = Record<Period, { now: AccountNumbers; before: AccountNumbers }>;

const NONE: AccountNumbers = { people: 0, events: 0, days: 0 };

/**
 * Active people, events and active days of each period and of the equally long one before: only activity of people
 * while they belonged to the account, without the project's own team. People by two binary searches each in their
 * sorted days (account_people_pkey; O(people × log days)), the rest from the account's sums (account_days_pkey).
 */
export function accountNumbersQuery(scope: Pick<Scope, "projectId">, id: string, today: string): Sql {
  const upTo = (ago: Sql) => sql`width_bucket(${today}::date - ${ago}, a.days)`;
  const active = (from: number, until: number) =>
    sql`count(*) FILTER (WHERE ${upTo(raw(String(until)))} < ${upTo(raw(String(from)))})::int`;
  return sql`
    WITH acted AS (
      SELECT ${join(
        PERIODS.map((n) => sql`${active(0, n)} AS ${raw(`now_${n}`)}, ${active(n, 2 * n)} AS ${raw(`before_${n}`)}`),
        ", ",
      )}
        FROM account_people a
       WHERE a.project_id = ${scope.projectId} AND a.account_id = ${id} AND NOT a.is_internal
         AND a.last_at >= ${today}::date - 181),
    sums AS MATERIALIZED (
      SELECT ${today}::date - d.day AS age, d.events FROM account_days d
       WHERE d.project_id = ${scope.projectId} AND d.account_id = ${id} AND d.day > ${today}::date - 180
         AND d.day <= ${today}::date AND d.people > 0)
    SELECT n.days AS period, n.before, n.people, coalesce(sum(x.events), 0)::bigint AS events, count(x.age)::int AS days
      FROM acted
     CROSS JOIN LATERAL (VALUES ${join(
       PERIODS.map((n) => sql`(${n}::int, false, ${raw(`now_${n}`)}), (${n}::int, true, ${raw(`before_${n}`)})`),
       ", ",
     )}) n(days, before, people)
      LEFT JOIN sums x ON x.age >= CASE WHEN n.before THEN n.days ELSE 0 END
                      AND x.age < CASE WHEN n.before THEN 2 * n.days ELSE n.days END
     GROUP BY n.days, n.before, n.people`;
}

export async function accountNumbers(scope: Scope, id: string, today: string): Promise<AccountPeriods> {
  type Row = AccountNumbers & { period: Period; before: boolean };
  const { rows } = await readHeavily<Row>(accountNumbersQuery(scope, id, today), { work_mem: "16MB" });
  const of = (period: Period, before: boolean): AccountNumbers => {
    const row = rows.find((one) => one.period === period && one.before === before);
    return row ? { people: row.people, events: row.events, days: row.days } : NONE;
  };
  return Object.fromEntries(
    PERIODS.map((period) => [period, { now: of(period, false), before: of(period, true) }]),
  ) as AccountPeriods;
}

/** Events and active people by UTC day ("2026-03-12") from a given day on, oldest first. account_days_pkey. */
export async function accountDays(
  scope: Scope,
  id: string,
  since: string,
): Promise<{ day: string; people: number; events: number }[]> {
  const { rows } = await pool().query<{ day: string; people: number; events: number }>(sql`
    SELECT to_char(d.day, 'YYYY-MM-DD') AS day, d.people, d.events
      FROM account_days d
     WHERE d.project_id = ${scope.projectId} AND d.account_id = ${id} AND d.day >= ${since}::date AND d.events > 0
     ORDER BY d.day`);
  return rows;
}
