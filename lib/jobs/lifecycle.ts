import { writeAccountFacts } from "@/lib/accounts/facts.store";
import { type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import {
  ensureRule,
  nextAccounts,
  nextPeopleForStates,
  recordAccountsSwept,
  recordSwept,
  tuneRule,
} from "@/lib/lifecycle/rules.store";
import { tidyMoves, writeAccountStates, writeStates } from "@/lib/lifecycle/states.store";
import { areFactsCurrent, projectIds } from "@/lib/profiles/facts/facts.queries";
import { writeStateColumn } from "@/lib/profiles/facts/facts.store";
import { writeValues } from "@/lib/profiles/list/sorted-columns.store";
import { lockFacts } from "@/lib/profiles/profiles.store";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";
import { retrySetAside, setFaultyAside } from "./set-faulty-aside";

/** People the rule is applied to per transaction: some 100 ms. */
const BATCH_PEOPLE = 500;
const BATCH_ACCOUNTS = 100;
/** After a batch the database rests three times as long as it took. */
const REST = 3;
/** Delay until a changed setting is picked up, in ms. */
const CHECK_EVERY_MS = 60_000;

/** Computes the states of people whose days have changed. Runs in the transaction of their facts, with its lock. */
export async function refreshStates(tx: Tx, projectId: string, people: readonly number[], now: number): Promise<void> {
  const { rule } = await ensureRule(tx, projectId, people);
  await writeStateColumn(tx, projectId, people, await writeStates(tx, projectId, people, rule, now));
}

/** Computes the states of accounts, then their facts. */
export async function refreshAccountStates(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  now: number,
): Promise<void> {
  const { rule } = await ensureRule(tx, projectId);
  await writeAccountStates(tx, projectId, ids, rule, now);
  await writeAccountFacts(tx, projectId, ids, now);
}

/**
 * Applies each project's thresholds to everybody, one batch at a time: at first, after its settings have changed, and
 * when its people's habits have. In between there is nothing to do, as states already cover future silence.
 */
export async function sweepStates(now: number): Promise<RunAgain> {
  const start = performance.now();
  let isBusy = false;
  for (const projectId of await projectIds(pool())) {
    const hasMore = await forOneProject("sweep states", projectId, now, () => sweepBatch(pool(), projectId, now));
    isBusy = hasMore || isBusy;
  }
  return new RunAgain(isBusy ? (performance.now() - start) * REST : CHECK_EVERY_MS);
}

/** Runs to completion, for imports, tests and benchmarks. */
export async function completeStates(db: Pool, projectId: string, now: number): Promise<void> {
  while (await sweepBatch(db, projectId, now));
}

/**
 * One batch of a project; returns whether there is more to do. Does nothing until everybody's days are available.
 * People who cannot be stored are set aside and do not hold up the others.
 */
async function sweepBatch(db: Pool, projectId: string, now: number): Promise<boolean> {
  if (!(await areFactsCurrent(db, projectId))) return false;
  const { sweptTo, accountsSweptTo } = await transaction(db, async (tx) => {
    await lockFacts(tx, projectId);
    if (await tuneRule(tx, projectId, now)) await tidyMoves(tx, projectId, now);
    return ensureRule(tx, projectId);
  });
  const sweep = { projectId, job: "states", now } as const;
  const work = async (tx: Tx, some: readonly number[]) => {
    await refreshStates(tx, projectId, some, now);
    await writeValues(tx, projectId, some);
  };
  if (sweptTo === null) {
    await retrySetAside(db, sweep, BATCH_PEOPLE, Number, work);
    return sweepAccounts(db, projectId, accountsSweptTo, now);
  }
  const people = await nextPeopleForStates(db, projectId, sweptTo, BATCH_PEOPLE);
  await setFaultyAside(db, sweep, people, work);
  const to = people.length < BATCH_PEOPLE ? null : (people.at(-1) as number);
  await recordSwept(db, projectId, sweptTo, to);
  return true;
}

/** The same for accounts, once all people are done. */
async function sweepAccounts(db: Pool, projectId: string, after: string | null, now: number): Promise<boolean> {
  const sweep = { projectId, job: "account-states", now } as const;
  const work = (tx: Tx, some: readonly string[]) => refreshAccountStates(tx, projectId, some, now);
  if (after === null) {
    await retrySetAside(db, sweep, BATCH_ACCOUNTS, String, work);
    return false;
  }
  const ids = await nextAccounts(db, projectId, after, BATCH_ACCOUNTS);
  await setFaultyAside(db, sweep, ids, work);
  await recordAccountsSwept(db, projectId, after, ids.length < BATCH_ACCOUNTS ? null : (ids.at(-1) as string));
  return true;
}
