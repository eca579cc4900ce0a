import sql, { type Sql } from "sql-template-tag";
import type { HealthState } from "@/lib/accounts/health";

/**
 * The rule of health.ts over `f` (account_facts): Postgres computes it with the row (generated columns, migration
 * account_health), so tabs and orders walk account_facts_health_idx, _trend_idx and _health_trend_idx.
 */

/** How urgently an account needs attention: quiet first. Numbered as in the migration. */
const RANKS: { [State in HealthState]: number } = { quiet: 1, growing: 2, new: 3, steady: 4, gone: 5, unseen: 6 };

export const healthRank: Sql = sql`f.health`;

export const isInState = (state: HealthState): Sql => sql`f.health = ${RANKS[state]}::smallint`;

/** Whether the account is in one of these states. */
export const isInStates = (states: readonly HealthState[]): Sql =>
  sql`f.health = ANY(${states.map((state) => RANKS[state])}::smallint[])`;

/** How many more, or fewer, people than in a usual week. */
export const trendValue: Sql = sql`f.trend`;
