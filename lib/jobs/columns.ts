import type pg from "pg";
import { pool, transaction } from "@/lib/db/pool";
import { lockFacts } from "@/lib/profiles/facts.store";
import { columnDue, dayOf } from "@/lib/profiles/sorted.queries";
import { fillColumn, forgetColumn, wantShownColumns } from "@/lib/profiles/sorted.store";

/** People a step brings into a column: some 50 ms. */
const STEP_PEOPLE = 5_000;

/**
 * One step of keeping the columns lists are sorted by (sorted_columns), of all projects or one: some people more of a column that is
 * wanted, or some values fewer of one that is not. false when there is nothing to do.
 */
export async function tendColumns(db: pg.Pool, now: number, projectId: string | null = null): Promise<boolean> {
  const due = await columnDue(db, now, projectId);
  if (!due) return false;
  await transaction(db, async (tx) => {
    await lockFacts(tx, due.projectId);
    if (due.work === "fill") await fillColumn(tx, due.projectId, due, STEP_PEOPLE, dayOf(now));
    else await forgetColumn(tx, due.projectId, due, STEP_PEOPLE);
  });
  return true;
}

/** Columns members have chosen to see are likely to be sorted by: made beforehand, and not forgotten while they are seen. */
export const noteShownColumns = (now: number): Promise<void> => wantShownColumns(pool(), dayOf(now));
