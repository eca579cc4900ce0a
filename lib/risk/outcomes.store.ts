import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { NOT_INTERNAL } from "@/lib/identity/own-team.queries";
import { CHAMPION_AGO, type ChampionOutcome } from "./champion-record";
import type { PredictedOutcome } from "./track";

export const RISK_SUBJECTS = ["people", "accounts"] as const;
export type RiskSubject = (typeof RISK_SUBJECTS)[number];

/** Somebody's outcome at a cut-off of the track record; `id`: a person's number or an account's id. */
export type StoredOutcome = Omit<PredictedOutcome, "person"> & { subject: RiskSubject; ago: number; id: string };

/** What outcomes are stored for: the models, and the warning about quiet champions. */
export type OutcomeSubject = RiskSubject | "champions";

const ROWS = 5_000;

/**
 * Replaces the outcomes that the track record counts, without people and accounts that have been erased, or excluded
 * from counts, since the sample was read. The caller holds the lock of the facts. O(people of the sample).
 */
export async function storeOutcomes(tx: Tx, projectId: string, outcomes: readonly StoredOutcome[]): Promise<void> {
  await tx.query(sql`DELETE FROM risk_outcomes WHERE project_id = ${projectId}`);
  for (let at = 0; at < outcomes.length; at += ROWS) {
    const rows = outcomes.slice(at, at + ROWS);
    await tx.query(sql`
      INSERT INTO risk_outcomes (project_id, subject, ago, id, probability, flagged, away)
      SELECT ${projectId}::uuid, subject, ago, id, probability, flagged, away
        FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(subject text, ago smallint, id text,
             probability real, flagged boolean, away boolean)
       WHERE CASE subject
               WHEN 'people' THEN EXISTS (
                 SELECT FROM profile_facts f WHERE f.project_id = ${projectId} AND f.person = r.id::bigint
                    AND ${NOT_INTERNAL})
               ELSE EXISTS (SELECT FROM account_facts f WHERE f.project_id = ${projectId} AND f.account_id = r.id
                                AND ${NOT_INTERNAL})
             END`);
  }
}

/** Replaces the outcomes of accounts with a champion. The caller holds the lock of the facts. Primary key. */
export async function storeChampionOutcomes(
  tx: Tx,
  projectId: string,
  accounts: readonly string[],
  outcomes: readonly ChampionOutcome[],
): Promise<void> {
  await tx.query(sql`
    DELETE FROM risk_outcomes
     WHERE project_id = ${projectId} AND subject = 'champions' AND id = ANY(${accounts}::text[])`);
  if (outcomes.length === 0) return;
  await tx.query(sql`
    INSERT INTO risk_outcomes (project_id, subject, ago, id, probability, flagged, away)
    SELECT ${projectId}::uuid, 'champions', ${CHAMPION_AGO}, id, 0, flagged, away
      FROM json_to_recordset(${JSON.stringify(outcomes)}::json) AS r(id text, flagged boolean, away boolean)`);
}
