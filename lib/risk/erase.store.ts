import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { OutcomeSubject } from "./outcomes.store";

/**
 * Erasure: deletes the risk of these people, also as champions and in the track record. With the lock of the facts.
 * Primary keys, account_risk_champion_idx.
 */
export async function eraseRisk(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  await tx.query(sql`DELETE FROM person_risk WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`);
  await tx.query(sql`
    UPDATE account_risk SET champion = NULL WHERE project_id = ${projectId} AND champion = ANY(${people}::bigint[])`);
  await eraseOutcomes(tx, projectId, "people", people.map(String));
}

/** The same of accounts. */
export async function eraseAccountRisk(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`DELETE FROM account_risk WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])`);
  await eraseOutcomes(tx, projectId, "accounts", ids);
  await eraseOutcomes(tx, projectId, "champions", ids);
}

/** Deletes the outcomes of erased people and accounts. Primary key. */
async function eraseOutcomes(tx: Tx, projectId: string, of: OutcomeSubject, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    DELETE FROM risk_outcomes WHERE project_id = ${projectId} AND subject = ${of} AND id = ANY(${ids}::text[])`);
}
