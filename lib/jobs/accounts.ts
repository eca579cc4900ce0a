import { writeAccountFacts } from "@/lib/accounts/facts.store";
import {
  nextQueueItem,
  outdatedAccounts,
  peopleOfQueueItem,
  type StaleAccount,
  staleAccounts,
} from "@/lib/accounts/recompute-queue.queries";
import {
  markChangedFeatures,
  markQueuedStale,
  queueChangedSettings,
  recordProgress,
} from "@/lib/accounts/recompute-queue.store";
import { accountColumnDue, advanceAccountColumn } from "@/lib/accounts/values.store";
import { isSpread, type Pool, transaction } from "@/lib/db/pool";
import { utcDay } from "@/lib/format/time";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { lockFacts } from "@/lib/profiles/facts/facts.store";
import { refreshAccountStates } from "./lifecycle";
import { setFaultyAside } from "./set-faulty-aside";

/** Accounts computed by one statement, and people processed in one step. */
const BATCH_ACCOUNTS = 100;
const BATCH_PEOPLE = 200;
/** Accounts added to a sorted column per step: some 50 ms. */
const COLUMN_ACCOUNTS = 5_000;
/** Larger accounts are processed alone, as each of their people is read: about 10 ms for this many. */
const LARGE_ACCOUNT = 5_000;
const MAX_PEOPLE = 2 ** 31 - 1;
/** After a large account, the next large one waits this many times as long as it took. */
const LARGE_REST = 10;
/** Projects whose settings are compared in one step on Citus. */
const BATCH_PROJECTS = 50;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

type Write = typeof refreshAccountStates;

/** Recomputes people; injected, because the facts job, which does so, imports this file. */
type Refresh = (projectId: string, people: readonly number[]) => Promise<void>;

/**
 * Computes the facts of these accounts of a project now; returns how many. One that cannot be stored is set aside with
 * the reason, and skipped until its retry time.
 */
async function refreshAccounts(
  db: Pool,
  projectId: string,
  ids: readonly string[],
  now: number,
  write: Write = refreshAccountStates,
): Promise<number> {
  return setFaultyAside(db, { projectId, job: "accounts", now }, ids, (tx, some) => write(tx, projectId, some, now));
}

/**
 * Keeps accounts up to date, one bounded step at a time: people whose memberships a correction or a setting changed,
 * stale accounts, accounts of an earlier day, and sorted columns. `step` returns whether there may be more to do.
 */
export function accountKeeper(
  db: Pool,
  refresh: Refresh,
  only: string | null = null,
): { step(now: number): Promise<boolean> } {
  let [project, after] = [FIRST_ID, { projectId: FIRST_ID, id: "" }];
  let largeDueAt = 0;
  let daily: { day: string; projects: string[] } = { day: "", projects: [] };

  /** Compares the settings of all projects in one statement; on Citus those of the next few. */
  const settingsStep = (queueOrMark: typeof queueChangedSettings) => {
    let ids: string[] = [];
    return async (): Promise<boolean> => {
      if (only !== null || !isSpread(db)) return queueOrMark(db, only);
      if (ids.length === 0) ids = await projectIds(db);
      let wasChanged = false;
      for (const id of ids.splice(0, BATCH_PROJECTS)) wasChanged = (await queueOrMark(db, id)) || wasChanged;
      return wasChanged;
    };
  };

  const queueStep = async (): Promise<boolean> => {
    const work = await nextQueueItem(db, project, only);
    if (!work) {
      const hasEnded = project !== FIRST_ID;
      project = FIRST_ID;
      return hasEnded;
    }
    // So that projects take turns.
    project = work.projectId;
    if (work.from > work.to) {
      await transaction(db, async (tx) => {
        await lockFacts(tx, work.projectId);
        await markQueuedStale(tx, work.projectId);
      });
      return true;
    }
    const people = await peopleOfQueueItem(db, work, BATCH_PEOPLE);
    if (people.length > 0) await refresh(work.projectId, people);
    const isLast = people.length < BATCH_PEOPLE;
    await recordProgress(db, work, isLast ? null : (people.at(-1) as number) + 1);
    return true;
  };

  const staleStep = async (now: number): Promise<boolean> => {
    const found = await staleAccounts(db, after, BATCH_ACCOUNTS, only);
    const first = found[0];
    if (!first) {
      const hasEnded = after.projectId !== FIRST_ID;
      after = { projectId: FIRST_ID, id: "" };
      return hasEnded;
    }
    const own = found.filter(({ projectId }) => projectId === first.projectId);
    after = own.at(-1) as StaleAccount;
    const small = own.filter(({ people }) => people <= LARGE_ACCOUNT).map(({ id }) => id);
    const done = await refreshAccounts(db, first.projectId, small, now);
    const large = own.find(({ people }) => people > LARGE_ACCOUNT);
    if (large) await refreshLarge(first.projectId, large.id, now);
    return done > 0 || found.length === BATCH_ACCOUNTS;
  };

  /** Refreshes it alone, if it is time; returns whether it was. */
  const refreshLarge = async (projectId: string, id: string, now: number, write?: Write): Promise<boolean> => {
    const start = performance.now();
    if (start < largeDueAt) return false;
    await refreshAccounts(db, projectId, [id], now, write);
    const end = performance.now();
    // Runs for a single project (imports, tests) need not yield to others.
    if (only === null) largeDueAt = end + (end - start) * LARGE_REST;
    return true;
  };

  const dailyStep = async (now: number): Promise<boolean> => {
    const day = utcDay(now);
    if (daily.day !== day) daily = { day, projects: only === null ? await projectIds(db) : [only] };
    const projectId = daily.projects[0];
    if (projectId === undefined) return false;
    const outdated = (limit: number, people: { min: number; max: number }) =>
      outdatedAccounts(db, projectId, { day, now, limit, people });
    const ids = await outdated(BATCH_ACCOUNTS, { min: 0, max: LARGE_ACCOUNT });
    // States need no recomputation as days pass: they already cover future silence.
    await refreshAccounts(db, projectId, ids, now, writeAccountFacts);
    if (ids.length === BATCH_ACCOUNTS) return true;
    const [large] = await outdated(1, { min: LARGE_ACCOUNT + 1, max: MAX_PEOPLE });
    daily.projects.shift();
    if (large === undefined) return true;
    daily.projects.push(projectId);
    return refreshLarge(projectId, large, now, writeAccountFacts);
  };

  const columnStep = async (now: number): Promise<boolean> => {
    const due = await accountColumnDue(db, now, only);
    if (!due) return false;
    await transaction(db, async (tx) => {
      await lockFacts(tx, due.projectId);
      await advanceAccountColumn(tx, due, COLUMN_ACCOUNTS);
    });
    return true;
  };

  const settingsSteps = [settingsStep(queueChangedSettings), settingsStep(markChangedFeatures)];
  const steps = [...settingsSteps, queueStep, staleStep, dailyStep, columnStep];
  let turn = 0;
  return {
    step: async (now) => {
      // They take turns, so that a project that keeps describing accounts does not delay other projects' facts.
      for (let tried = 0; tried < steps.length; tried++) {
        const step = steps[turn] as (typeof steps)[number];
        turn = (turn + 1) % steps.length;
        if (await step(now)) return true;
      }
      return false;
    },
  };
}
