import sql, { type Sql } from "sql-template-tag";
import { prepared } from "@/lib/db/statement";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { type AccountReason, accountReasonInWords } from "./account-reason";
import type { Standing } from "./alarm";
import { CHAMPION_IS_QUIET, HAS_WARNING, WARNING_IN_FORCE } from "./alarm.queries";

/** The risk of an account. `why`: the reason in words, with its champion's name. */
export type RiskOfAccount = {
  id: string;
  name: string | null;
  people: number;
  lastSeen: number;
  standing: Standing;
  /** Probability that any of its people comes back within the horizon; null without a model. */
  probability: number | null;
  /** The day by which a return is 50 % likely; null if not within three horizons. */
  returnsBy: string | null;
  /** Its revenue in minor units, or active days in the 90 days up to the last one. */
  value: number;
  why: string;
};
export type AccountAtRisk = RiskOfAccount & { cursor: { rank: number; id: string } };

type Row = Omit<RiskOfAccount, "why"> & { rank: number; reason: AccountReason; champion: string | null };

const FIELDS = sql`
  f.account_id AS id, f.name, f.people, f.last_seen AS "lastSeen", r.standing, r.probability,
  r.returns_by::text AS "returnsBy", r.value, r.reason, r.rank, coalesce(c.name, c.email, c.handle) AS champion`;
const inWords = ({ reason, champion, rank: _, ...row }: Row): RiskOfAccount => ({
  ...row,
  why: accountReasonInWords(reason, champion),
});

/**
 * Accounts whose people are all unlikely to return, highest expected loss first. account_risk_alarm_idx, and a probe of
 * account_facts_pkey and profile_facts_pkey each; O(limit).
 */
export async function accountsAtRisk(
  scope: Scope,
  limit: number,
  after?: AccountAtRisk["cursor"],
): Promise<AccountAtRisk[]> {
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT ${FIELDS}
      FROM account_risk r
      JOIN account_facts f ON f.project_id = r.project_id AND f.account_id = r.account_id
      LEFT JOIN profile_facts c ON c.project_id = r.project_id AND c.person = r.champion
     WHERE r.project_id = ${scope.projectId} AND r.alarm AND NOT f.is_internal AND ${WARNING_IN_FORCE}
       AND (${after === undefined} OR (r.rank, r.account_id) < (${after?.rank ?? 0}::real, ${after?.id ?? ""}::text))
     ORDER BY r.rank DESC, r.account_id DESC
     LIMIT ${limit}`);
  return rows.map((row) => ({ ...inWords(row), cursor: { rank: row.rank, id: row.id } }));
}

/** How many accounts are at risk. account_risk_alarm_idx, which only has alarms. */
export async function countAccountsAtRisk(scope: Scope): Promise<number> {
  const { rows } = await reading(scope).query<{ accounts: number }>(sql`
    SELECT count(*)::int AS accounts
      FROM account_risk r JOIN account_facts f ON f.project_id = r.project_id AND f.account_id = r.account_id
     WHERE r.project_id = ${scope.projectId} AND r.alarm AND NOT f.is_internal AND ${WARNING_IN_FORCE}`);
  return rows[0]?.accounts ?? 0;
}

/** The risk of one account; null if unknown, or if one of its people has returned since. Primary keys. */
export async function riskOfAccount(scope: Scope, id: string): Promise<RiskOfAccount | null> {
  const { rows } = await reading(scope).query<Row>(
    prepared(sql`
    SELECT ${FIELDS}
      FROM account_risk r
      JOIN account_facts f ON f.project_id = r.project_id AND f.account_id = r.account_id
      LEFT JOIN profile_facts c ON c.project_id = r.project_id AND c.person = r.champion
     WHERE r.project_id = ${scope.projectId} AND r.account_id = ${id} AND ${WARNING_IN_FORCE}`),
  );
  return rows[0] ? inWords(rows[0]) : null;
}

/** An account whose champion went quiet while others are still active. `champion`: their name; `handle`: for URLs. */
export type QuietChampion = Omit<RiskOfAccount, "standing"> & {
  champion: string;
  handle: string;
  /** Days of silence, and active days in the 90 days before the last 14. */
  silent: number;
  activeDays: number | null;
  seats: AccountReason["seats"];
  cursor: { value: number; id: string };
};

const QUIET_CHAMPIONS = sql`
  account_risk r
  JOIN account_facts f ON f.project_id = r.project_id AND f.account_id = r.account_id
  JOIN account_people p ON p.project_id = r.project_id AND p.account_id = r.account_id AND p.person = r.champion
  JOIN profile_facts c ON c.project_id = r.project_id AND c.person = r.champion`;
/** Whether an account is listed for its quiet champion: not if it is at risk as a whole. */
const isListed = (projectId: string): Sql =>
  sql`NOT f.is_internal AND ${CHAMPION_IS_QUIET} AND NOT ${HAS_WARNING.atRisk(projectId)}`;

/**
 * Accounts whose champion went quiet, the most valuable first. account_risk_champion_idx, and probes of primary keys;
 * O(such accounts).
 */
export async function quietChampions(
  scope: Scope,
  limit: number,
  after?: QuietChampion["cursor"],
): Promise<QuietChampion[]> {
  type QuietRow = Omit<Row, "standing" | "champion"> & { champion: string; handle: string };
  const { rows } = await reading(scope).query<QuietRow>(sql`
    SELECT ${FIELDS}, c.handle
      FROM ${QUIET_CHAMPIONS}
     WHERE r.project_id = ${scope.projectId} AND r.champion IS NOT NULL AND ${isListed(scope.projectId)}
       AND (${after === undefined} OR (r.value, r.account_id) < (${after?.value ?? 0}::real, ${after?.id ?? ""}::text))
     ORDER BY r.value DESC, r.account_id DESC
     LIMIT ${limit}`);
  return rows.map(({ reason, rank: _, ...row }) => ({
    ...row,
    why: accountReasonInWords(reason, row.champion),
    silent: reason.championSilent ?? 0,
    activeDays: reason.championDays ?? null,
    seats: reason.seats,
    cursor: { value: row.value, id: row.id },
  }));
}

/** How many accounts have a quiet champion. account_risk_champion_idx. */
export async function countQuietChampions(scope: Scope): Promise<number> {
  const { rows } = await reading(scope).query<{ accounts: number }>(sql`
    SELECT count(*)::int AS accounts
      FROM ${QUIET_CHAMPIONS}
     WHERE r.project_id = ${scope.projectId} AND r.champion IS NOT NULL AND ${isListed(scope.projectId)}`);
  return rows[0]?.accounts ?? 0;
}
