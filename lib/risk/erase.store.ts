import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { OutcomeSubject } from "./outcomes.store";

/**
 * Deletes the risk of erased people, also as champions and in the track record. The caller holds the lock of the facts.
 * Primary keys, account_risk_champion_idx.
 */
export async function eraseRisk(tx: Tx, projectId: string, people: readonly number[]): Promise<void> {
  await tx.query(sql`DELETE FROM person_risk WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`);
  await tx.query(sql`
    UPDATE account_risk SET champion = NULL WHERE project_id = ${projectId} AND champion = ANY(${people}::bigint[])`);
  await eraseOutcomes(tx, projectId, "people", people.map(String));
}

/** Deletes the risk of erased accounts. The caller holds the lock of the facts. Primary keys. */
export async function eraseAccountRisk(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`DELETE FROM account_risk WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])`);
  await eraseOutcomes(tx, projectId, "accounts", ids);
  await eraseOutcomes(tx, projectId, "champions", ids);
}

/** Deletes the outcomes of erased people or accounts. Primary key. */
async function eraseOutcomes(
  tx: Tx,
  projectId: string,
  subject: OutcomeSubject,
  ids: readonly string[],
): Promise<void> {
  await tx.query(sql`
    DELETE FROM risk_outcomes WHERE project_id = ${projectId} AND subject = ${subject} AND id = ANY(${ids}::text[])`);
}
