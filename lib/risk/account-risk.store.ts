import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import type { AccountReason } from "./account-reason";
import { type Assessment, assess, type RiskBasis } from "./alarm";
import { isChampionQuiet } from "./champion";
import { CHAMPION_AGO, championOutcomes } from "./champion-record";
import { countUpTo, type History, type Past } from "./history";
import { storeChampionOutcomes } from "./outcomes.store";
import { DROPPED_MIN, silentOf, usualRhythmOf } from "./reason";
import { type Seats, seatsOf } from "./seats.queries";
import { ERRORS, MAX_DAYS, MAX_SAMPLE, MAX_SAMPLE_DAYS, READ_PEOPLE, VALUE_DAYS, worthOf } from "./values";

/** Events that are not habits: SDKs send them automatically, and servers send payments. */
const AUTOMATIC = [...PAGE_VIEW_NAMES, "session_start", "session_end", "link_out", "revenue"];

/** Histories of accounts, the model's input; `person` is an account's position in `ids`. */
export type AccountSample = { ids: string[]; histories: History[] };

/**
 * Active days of at most 20,000 accounts, always the same ones, without internal ones.
 * account_facts_pkey, account_days_pkey.
 */
export async function sampleAccounts(db: Database, projectId: string, today: number): Promise<AccountSample> {
  const { rows } = await db.query<{ id: string }>(sql`
    SELECT account_id AS id FROM account_facts
     WHERE project_id = ${projectId} AND last_seen IS NOT NULL AND NOT is_internal
     ORDER BY hashtext(account_id), account_id LIMIT ${MAX_SAMPLE}`);
  const sample: AccountSample = { ids: [], histories: [] };
  let daysLeft = MAX_SAMPLE_DAYS;
  for (let at = 0; at < rows.length && daysLeft > 0; at += READ_PEOPLE) {
    const ids = rows.slice(at, at + READ_PEOPLE).map(({ id }) => id);
    for (const [id, past] of await accountDays(db, projectId, ids, today)) {
      daysLeft -= past.days.length;
      sample.histories.push({ person: sample.ids.length, ...past });
      sample.ids.push(id);
    }
  }
  return sample;
}

/** How many accounts a model would be fitted to now. */
export async function accountSampleSize(db: Database, projectId: string): Promise<number> {
  const { rows } = await db.query<{ accounts: number }>(sql`
    SELECT count(*)::int AS accounts
      FROM (SELECT FROM account_facts
             WHERE project_id = ${projectId} AND last_seen IS NOT NULL AND NOT is_internal
             LIMIT ${MAX_SAMPLE}) known`);
  return rows[0]?.accounts ?? 0;
}

/** Whether any account has brought revenue. account_facts_revenue_idx. */
export async function accountsHaveRevenue(db: Database, projectId: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    SELECT FROM account_facts WHERE project_id = ${projectId} AND revenue > 0 LIMIT 1`);
  return (rowCount ?? 0) > 0;
}

async function accountDays(
  db: Database,
  projectId: string,
  ids: readonly string[],
  today: number,
): Promise<Map<string, Past>> {
  const { rows } = await db.query<Past & { id: string }>(sql`
    SELECT account_id AS id, array_agg(day - DATE '1970-01-01' ORDER BY day) AS days,
           array_agg(events ORDER BY day) AS events
      FROM account_days
     WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[]) AND people > 0
       AND day > DATE '1970-01-01' + ${today - MAX_DAYS}::int AND day <= DATE '1970-01-01' + ${today}::int
     GROUP BY account_id ORDER BY account_id`);
  return new Map(rows.map(({ id, ...past }) => [id, past]));
}

/**
 * Computes the risk of accounts and writes it. The caller holds the lock of the facts. Primary keys; O(their days,
 * people and event names).
 */
export async function writeAccountRisk(
  tx: Tx,
  projectId: string,
  known: RiskBasis & { byRevenue: boolean },
  accounts: readonly string[],
  today: number,
): Promise<void> {
  const { rows } = await tx.query<{ id: string; revenue: number; isCounted: boolean }>(sql`
    SELECT account_id AS id, revenue, last_seen IS NOT NULL AND NOT is_internal AS "isCounted"
      FROM account_facts
     WHERE project_id = ${projectId} AND account_id = ANY(${accounts}::text[])`);
  const counted = rows.filter(({ isCounted }) => isCounted);
  const ids = counted.map(({ id }) => id);
  const days = await accountDays(tx, projectId, ids, today);
  const [seats, uses] = [await seatsOf(tx, projectId, ids, today), await usesOf(tx, projectId, ids)];
  const computed = counted.flatMap(({ id, revenue }) => {
    const own = days.get(id);
    if (!own) return [];
    const assessed = { ...assess(known, own.days, today, own.events), days: own.days };
    return [rowOf({ id, revenue, byRevenue: known.byRevenue }, assessed, seats.get(id), uses.get(id), today)];
  });
  await replaceAccountRisk(tx, projectId, accounts, computed, today);
  const seatsBefore = await seatsOf(tx, projectId, ids, today - CHAMPION_AGO);
  await storeChampionOutcomes(tx, projectId, accounts, championOutcomes(days, seatsBefore, today));
}

/**
 * Deletes the risk of all accounts after `from`, up to `to` (null: to the end), except `accounts`, as the others no
 * longer exist.
 */
export async function forgetAccountRisk(
  tx: Tx,
  projectId: string,
  { from, to }: { from: string; to: string | null },
  accounts: readonly string[],
): Promise<void> {
  await tx.query(sql`
    DELETE FROM account_risk
     WHERE project_id = ${projectId} AND account_id > ${from} AND (${to}::text IS NULL OR account_id <= ${to}::text)
       AND NOT account_id = ANY(${accounts}::text[])`);
}

type Uses = { stopped: string | null; errors: number };

/**
 * `stopped`: the most frequent event that an account's people did for more than two weeks, at least DROPPED_MIN times,
 * and then not for two weeks in which the account was active. `errors`: how many of them met an error in its last week.
 * account_events_pkey, account_people_pkey.
 */
async function usesOf(tx: Tx, projectId: string, ids: readonly string[]): Promise<Map<string, Uses>> {
  const { rows } = await tx.query<Uses & { id: string }>(sql`
    SELECT f.account_id AS id, n.stopped, n.errors
      FROM account_facts f
     CROSS JOIN LATERAL (
       SELECT (array_agg(e.name ORDER BY e.events DESC, e.name) FILTER (
                 WHERE NOT e.is_error AND e.events >= ${DROPPED_MIN} AND e.last_at - e.first_at > interval '14 days'
                   AND e.last_at < f.last_seen - interval '14 days'
                   AND e.last_at > f.last_seen - interval '90 days'))[1] AS stopped,
              coalesce(max(e.met), 0)::int AS errors
         FROM (
           SELECT x.name, x.name ~* ${ERRORS.source} AS is_error, sum(x.events) AS events, min(x.first_at) AS first_at,
                  max(x.last_at) AS last_at,
                  count(DISTINCT x.person) FILTER (
                    WHERE x.name ~* ${ERRORS.source} AND x.last_at > f.last_seen - interval '7 days') AS met
             FROM account_events x
             JOIN account_people p ON p.project_id = ${projectId} AND p.account_id = x.account_id
              AND p.person = x.person
            WHERE x.project_id = ${projectId} AND x.account_id = f.account_id AND NOT p.is_internal
              AND x.name <> ALL(${AUTOMATIC})
            GROUP BY x.name) e) n
     WHERE f.project_id = ${projectId} AND f.account_id = ANY(${ids}::text[])`);
  return new Map(rows.map(({ id, ...uses }) => [id, uses]));
}

type Row = {
  account_id: string;
  standing: string;
  probability: number | null;
  returns_by: number | null;
  reason: AccountReason;
  champion: number | null;
  value: number;
  rank: number;
  last_day: number;
};

function rowOf(
  account: { id: string; revenue: number; byRevenue: boolean },
  { days, probability, standing, returnsBy }: Assessment & { days: readonly number[] },
  seats: Seats | undefined,
  uses: Uses | undefined,
  today: number,
): Row {
  const last = days.at(-1) as number;
  const usual = usualRhythmOf(days);
  const active = days.length - countUpTo(days, last - VALUE_DAYS);
  const isChampionSilent = seats !== undefined && isChampionQuiet(seats);
  return {
    account_id: account.id,
    standing,
    probability,
    returns_by: returnsBy,
    reason: {
      usual,
      silent: silentOf(usual, last, today),
      activeDays: days.length,
      seats: { had: seats?.had ?? 0, lost: seats?.lost ?? 0 },
      championSilent: isChampionSilent ? seats.championSilent : null,
      championDays: isChampionSilent ? seats.championDays : null,
      stopped: uses?.stopped ?? null,
      errors: uses?.errors ?? 0,
    },
    champion: isChampionSilent ? seats.champion : null,
    value: account.byRevenue ? account.revenue : active,
    rank: (1 - (probability ?? 0.5)) * worthOf(account.byRevenue ? account.revenue : null, active),
    last_day: last,
  };
}

async function replaceAccountRisk(
  tx: Tx,
  projectId: string,
  accounts: readonly string[],
  rows: readonly Row[],
  today: number,
): Promise<void> {
  await tx.query(sql`
    DELETE FROM account_risk
     WHERE project_id = ${projectId} AND account_id = ANY(${accounts}::text[])
       AND NOT account_id = ANY(${rows.map((row) => row.account_id)}::text[])`);
  if (rows.length === 0) return;
  await tx.query(sql`
    INSERT INTO account_risk (project_id, account_id, standing, probability, returns_by, reason, champion, value, rank,
                              last_day, computed_on)
    SELECT ${projectId}::uuid, account_id, standing, probability, DATE '1970-01-01' + returns_by, reason, champion,
           value, rank, DATE '1970-01-01' + last_day, DATE '1970-01-01' + ${today}::int
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(account_id text, standing text, probability real,
           returns_by int, reason jsonb, champion bigint, value real, rank real, last_day int)
    ON CONFLICT (project_id, account_id) DO UPDATE
      SET (standing, probability, returns_by, reason, champion, value, rank, last_day, computed_on)
        = (excluded.standing, excluded.probability, excluded.returns_by, excluded.reason, excluded.champion,
           excluded.value, excluded.rank, excluded.last_day, excluded.computed_on)`);
}
