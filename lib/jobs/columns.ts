import { type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { clearColumnAside, setAside } from "@/lib/debugger/set-aside.store";
import { describeFault, isDataFault } from "@/lib/faults/data-fault";
import { logFault } from "@/lib/faults/log";
import { utcDay } from "@/lib/format/time";
import {
  columnDue,
  type DueColumn,
  fillColumn,
  forgetColumn,
  skipInColumn,
  wantShownColumns,
} from "@/lib/profiles/list/sorted-columns.store";
import { lockFacts } from "@/lib/profiles/profiles.store";

/** People added to a column per step: some 50 ms. */
const STEP_PEOPLE = 5_000;

/**
 * One step of maintaining the columns that lists are sorted by (sorted_columns), of all projects or one: adds some
 * people to a wanted column, or deletes some values of an unwanted one. People whose value cannot be stored are set
 * aside, and the column is built without them. Returns false if there is nothing to do.
 */
export async function maintainColumns(db: Pool, now: number, projectId: string | null = null): Promise<boolean> {
  const due = await columnDue(db, now, projectId);
  if (!due) return false;
  // People who still cannot be stored are retried later in the sweep.
  if (due.begins || due.work === "forget") await clearColumnAside(db, due.projectId, due.key);
  if (due.work === "fill") await fill(db, due, STEP_PEOPLE, now);
  else await underFactsLock(db, due.projectId, (tx) => forgetColumn(tx, due.projectId, due, STEP_PEOPLE));
  return true;
}

const underFactsLock = (db: Pool, projectId: string, work: (tx: Tx) => Promise<void>): Promise<void> =>
  transaction(db, async (tx) => {
    await lockFacts(tx, projectId);
    await work(tx);
  });

async function fill(db: Pool, due: DueColumn, people: number, now: number): Promise<void> {
  try {
    await underFactsLock(db, due.projectId, (tx) => fillColumn(tx, due.projectId, due, people, utcDay(now)));
  } catch (error) {
    if (!isDataFault(error)) throw error;
    if (people > 1) return fill(db, due, people >> 1, now);
    await underFactsLock(db, due.projectId, async (tx) => {
      const person = await skipInColumn(tx, due.projectId, due.key);
      if (person === null) throw error; // no person left who could be at fault
      logFault("columns: a value could not be stored and is set aside", error);
      await setAside(tx, due.projectId, "columns", `${person} ${due.key}`, describeFault(error), now);
    });
  }
}

/**
 * Records the columns that members show, which they are likely to sort by: their sorted copies are built in advance.
 */
export const recordShownColumns = (now: number): Promise<void> => wantShownColumns(pool(), utcDay(now));
