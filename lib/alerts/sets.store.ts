import sql from "sql-template-tag";
import { type Pool, transaction } from "@/lib/db/pool";
import { movesOfAccounts } from "./accounts.store";
import { watchesSet } from "./alert";
import { type AlertRef, toAlert } from "./alerts.queries";
import { lockAlert } from "./alerts.store";
import { recordSetFirings } from "./firings.store";
import { movesOfPeople } from "./people.store";

/**
 * Finds the people, or accounts, that an alert matches now, and records those that have entered or left since the last
 * sweep. The first sweep only records who is there. Locks the alert, so that two processes do not sweep at once and an
 * erasure waits (holdSweeps); an interrupted sweep changes nothing. O(people of the rule), like one count of its
 * segment. Throws like compileRule for a segment that no longer exists.
 */
export async function sweepSet(db: Pool, ref: AlertRef, now: number): Promise<void> {
  await transaction(db, async (tx) => {
    const row = await lockAlert(tx, ref.projectId, ref.id);
    const trigger = row?.isOn && toAlert(row)?.trigger;
    if (!trigger || !watchesSet(trigger)) return;
    await tx.query("SET LOCAL work_mem = '128MB'");
    const moves = await (trigger.who === "people" ? movesOfPeople : movesOfAccounts)(tx, ref, trigger, now);
    const isLeaving = trigger.on === "segment" && trigger.is === "leaves";
    const firings = moves.filter(({ isEntering }) => isEntering !== isLeaving).map(({ firing }) => firing);
    if (row.armedAt !== null) await recordSetFirings(tx, ref, firings, now);
    await tx.query(sql`
      UPDATE alerts SET swept_at = ${new Date(now)}, armed_at = coalesce(armed_at, ${new Date(now)})
       WHERE project_id = ${ref.projectId} AND id = ${ref.id}`);
  });
}
