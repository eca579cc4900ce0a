import { type Pool, type Tx, transaction } from "@/lib/db/pool";
import { dueAside, type SetAsideJob, setAside, setAsideAmong, takeBack } from "@/lib/debugger/set-aside.store";
import { logFault } from "@/lib/faults/log";
import { faultInWords } from "@/lib/faults/own";
import { lockFacts } from "@/lib/profiles/facts/facts.store";
import { isolating } from "./isolate";

type Sweep = { projectId: string; job: SetAsideJob; now: number };
type Work = (tx: Tx, some: readonly number[]) => Promise<unknown>;

/**
 * One batch of a sweep over people, under the lock of the facts: `work` for all of them in one transaction, or, where
 * that fails because of somebody's data, for halves until they are alone and set aside with the reason. Those set aside
 * before wait for their time.
 */
export async function setFaultyAside(db: Pool, sweep: Sweep, people: readonly number[], work: Work): Promise<void> {
  const { projectId, job, now } = sweep;
  const aside = await setAsideAmong(db, projectId, job, people.map(String));
  const due = people.filter((person) => (aside.get(String(person)) ?? 0) <= now);
  const failed = new Set<number>();
  await isolating(
    due,
    (some) =>
      transaction(db, async (tx) => {
        await lockFacts(tx, projectId);
        await work(tx, some);
      }),
    (person, error) => {
      failed.add(person);
      logFault(`${job}: somebody could not be worked out and is set aside`, error);
      return setAside(db, projectId, job, String(person), faultInWords(error), now);
    },
  );
  const well = due.map(String).filter((person) => aside.has(person) && !failed.has(Number(person)));
  await takeBack(db, projectId, job, well);
}

/** Whoever a sweep that is over has left behind, once their time has come. */
export async function tryAsideAgain(db: Pool, sweep: Sweep, limit: number, work: Work): Promise<void> {
  const due = await dueAside(db, sweep.projectId, sweep.job, sweep.now, limit);
  if (due.length > 0) await setFaultyAside(db, sweep, due.map(Number), work);
}
