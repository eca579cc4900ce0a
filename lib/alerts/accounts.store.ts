import sql, { join, type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { NOT_INTERNAL } from "@/lib/identity/own-team.queries";
import { HEARD_LATE } from "@/lib/risk/alarm.queries";
import { jobReader } from "@/lib/scope";
import { compileAccountRule } from "@/lib/segments/compile.queries";
import { type SetTrigger, watchedAccountRule } from "./alert";
import type { AlertRef } from "./alerts.queries";
import type { SetMove } from "./firings.store";
import { disableNestedLoops } from "./joins.store";

/** A query for accounts of a standing according to the risk job, except those where somebody has come back since. */
const riskSet = (projectId: string, standing: Sql): Sql => sql`
  SELECT f.account_id
    FROM account_risk r
    JOIN account_facts f ON f.project_id = r.project_id AND f.account_id = r.account_id
   WHERE r.project_id = ${projectId} AND ${standing} AND ${NOT_INTERNAL}
     AND r.last_day >= (f.last_seen AT TIME ZONE 'UTC')::date`;

/** A query for the accounts in an alert's set, without the project's own. */
async function watchedAccounts(projectId: string, trigger: SetTrigger, now: number): Promise<Sql> {
  if (trigger.on === "quiet") return riskSet(projectId, sql`r.standing = 'quiet'`);
  if (trigger.on === "risk")
    return riskSet(
      projectId,
      sql`r.standing IN ('here', 'quiet') AND round((1 - r.probability) * 100) >= ${trigger.above}`,
    );
  const rule = watchedAccountRule(trigger) ?? { kind: "and", of: [] };
  const { ctes, where } = await compileAccountRule(jobReader(projectId), rule, now);
  const sets = ctes.length > 0 ? sql`WITH ${join(ctes, ", ")}` : sql``;
  return sql`
    ${sets} SELECT f.account_id FROM account_facts f
     WHERE f.project_id = ${projectId} AND ${NOT_INTERNAL} AND ${where}`;
}

/**
 * Which accounts have entered or left an alert's set since its last sweep; records who is in it now.
 *
 * An account is a component of merged ids, and each component has its own row in alert_accounts. A new component starts
 * in the set if any of its ids was in it, and the rows of its parts stay unchanged until they are separated. So merging
 * or separating accounts does not fire an alert by itself. Accounts whose people or risk are still being recomputed
 * after such a change are skipped.
 *
 * alert_accounts_pkey, alert_accounts_merged_idx; accounts_merged_into_idx. O(the project's accounts). IN and NOT IN
 * are lookups in hash tables, whatever Postgres expects. One statement, as a job may commit between two.
 */
export async function movesOfAccounts(
  tx: Tx,
  { projectId, id }: AlertRef,
  trigger: SetTrigger,
  now: number,
): Promise<SetMove[]> {
  const accounts = await watchedAccounts(projectId, trigger, now);
  const byRisk = trigger.on === "quiet" || trigger.on === "risk";
  // A segment's rule may look up a few accounts by index.
  if (trigger.on !== "segment") await disableNestedLoops(tx);
  const ofAlert = sql`k.project_id = ${projectId} AND k.alert_id = ${id}`;
  const { rows } = await tx.query<{ accountId: string; parts: string; times: number; isEntering: boolean }>(sql`
    WITH merges AS MATERIALIZED (
      SELECT id, merged_into FROM accounts WHERE project_id = ${projectId} AND merged_into IS NOT NULL),
    merged AS MATERIALIZED (
      SELECT q.into AS id, array_agg(q.id ORDER BY q.id COLLATE "C") AS ids
        FROM (SELECT merged_into AS into, id FROM merges UNION SELECT merged_into, merged_into FROM merges) q
       GROUP BY q.into),
    present AS MATERIALIZED (
      SELECT DISTINCT coalesce(m.merged_into, q.account_id) AS id
        FROM (${accounts}) q LEFT JOIN merges m ON m.id = q.account_id),
    candidates AS (
      SELECT id FROM present
      UNION
      SELECT coalesce(m.merged_into, k.account_id)
        FROM alert_accounts k LEFT JOIN merges m ON m.id = k.account_id
       WHERE ${ofAlert} AND k.is_in),
    components AS (
      SELECT c.id AS account_id, coalesce(md5(array_to_string(m.ids, E'\n')), '') AS parts,
             coalesce(m.ids, ARRAY[c.id]) AS ids, c.id IN (SELECT id FROM present) AS is_in
        FROM candidates c LEFT JOIN merged m ON m.id = c.id),
    working AS (
      SELECT coalesce(m.merged_into, w.account_id) AS id
        FROM account_work w LEFT JOIN merges m ON m.id = w.account_id
       WHERE w.project_id = ${projectId} AND w.from_person <= w.to_person),
    judged AS MATERIALIZED (
      SELECT c.*, o.is_in AS own_in, coalesce(o.times, 0) AS times,
             coalesce(o.is_in,
                      (SELECT bool_or(k.is_in) FROM alert_accounts k WHERE ${ofAlert} AND k.account_id = ANY(c.ids)),
                      (SELECT bool_or(k.is_in) FROM alert_accounts k
                        WHERE ${ofAlert} AND k.parts <> '' AND k.ids && c.ids),
                      false) AS was_in
        FROM components c
        LEFT JOIN alert_accounts o
          ON o.project_id = ${projectId} AND o.alert_id = ${id} AND o.account_id = c.account_id AND o.parts = c.parts
       WHERE c.account_id NOT IN (SELECT id FROM working)
         AND NOT (c.account_id IN (SELECT account_id FROM account_stale WHERE project_id = ${projectId})
                  AND (c.parts <> '' AND o.is_in IS NULL
                       OR c.account_id NOT IN (SELECT account_id FROM account_facts WHERE project_id = ${projectId})))
         AND NOT (${byRisk}::boolean AND NOT c.is_in AND c.account_id IN (
                    SELECT f.account_id FROM account_facts f
                     WHERE f.project_id = ${projectId} AND ${NOT_INTERNAL}
                       AND f.account_id NOT IN (SELECT account_id FROM account_risk WHERE project_id = ${projectId})
                    UNION ALL
                    SELECT f.account_id
                      FROM account_risk r
                      JOIN account_facts f ON f.project_id = r.project_id AND f.account_id = r.account_id
                     WHERE r.project_id = ${projectId} AND ${NOT_INTERNAL} AND ${HEARD_LATE}))),
    stored AS (
      INSERT INTO alert_accounts (project_id, alert_id, account_id, parts, ids, is_in, times)
      SELECT ${projectId}::uuid, ${id}::uuid, j.account_id, j.parts, j.ids, j.is_in,
             j.times + (j.is_in AND NOT j.was_in)::int
        FROM judged j WHERE j.own_in IS DISTINCT FROM j.is_in
      ON CONFLICT (project_id, alert_id, account_id, parts)
        DO UPDATE SET (is_in, times) = (excluded.is_in, excluded.times))
    SELECT account_id AS "accountId", parts, times + is_in::int AS times, is_in AS "isEntering"
      FROM judged WHERE is_in <> was_in
     ORDER BY account_id`);
  return rows.map(({ accountId, parts, times, isEntering }) => ({
    isEntering,
    firing: { cause: `${isEntering ? "in" : "out"}:${accountId}:${parts}:${times}`, accountId },
  }));
}
