import { isDistributed, type Pool, type Tx, transaction } from "@/lib/db/pool";
import { clearAside, dueAside, type SetAsideJob, setAside, setAsideAmong } from "@/lib/debugger/set-aside.store";
import { describeFault } from "@/lib/faults/data-fault";
import { isolating } from "@/lib/faults/isolate";
import { logFault } from "@/lib/faults/log";
import { planForAnyProject } from "@/lib/profiles/facts/facts.store";
import { lockFacts } from "@/lib/profiles/profiles.store";

type Sweep = { projectId: string; job: SetAsideJob; now: number };
type Work<T> = (tx: Tx, some: readonly T[]) => Promise<unknown>;

/**
 * One batch of a sweep over people by number, or over accounts by id, under the lock of the facts: `work` for all of
 * them in one transaction, or, if that fails because of one item's data, for halves until that item is alone and set
 * aside with the reason. Items set aside before wait for their retry time. Returns how many were due.
 */
export async function setFaultyAside<T extends number | string>(
  db: Pool,
  sweep: Sweep,
  subjects: readonly T[],
  work: Work<T>,
): Promise<number> {
  const { projectId, job, now } = sweep;
  const aside = await setAsideAmong(db, projectId, job, subjects.map(String));
  const due = subjects.filter((one) => (aside.get(String(one)) ?? 0) <= now);
  const failed = new Set<T>();
  await isolating(
    due,
    (some) =>
      transaction(db, async (tx) => {
        await planForAnyProject(tx, isDistributed(db));
        await lockFacts(tx, projectId);
        await work(tx, some);
      }),
    (one, error) => {
      failed.add(one);
      logFault(`${job}: one could not be computed and is set aside`, error);
      return setAside(db, projectId, job, String(one), describeFault(error), now);
    },
  );
  const recovered = due.filter((one) => aside.has(String(one)) && !failed.has(one));
  await clearAside(db, projectId, job, recovered.map(String));
  return due.length;
}

/** Retries what a finished sweep set aside, once it is due; `subjectOf` parses the stored subject. */
export async function retrySetAside<T extends number | string>(
  db: Pool,
  sweep: Sweep,
  limit: number,
  subjectOf: (text: string) => T,
  work: Work<T>,
): Promise<void> {
  const due = await dueAside(db, sweep.projectId, sweep.job, sweep.now, limit);
  if (due.length > 0) await setFaultyAside(db, sweep, due.map(subjectOf), work);
}
