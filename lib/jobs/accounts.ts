import { writeAccountFacts } from "@/lib/accounts/facts.store";
import {
  nextQueueItem,
  nextStaleProject,
  outdatedAccounts,
  peopleOfQueueItem,
  staleAccounts,
} from "@/lib/accounts/recompute-queue.queries";
import {
  markChangedFeatures,
  markQueuedStale,
  queueChangedSettings,
  recordQueueProgress,
} from "@/lib/accounts/recompute-queue.store";
import { accountColumnDue, advanceAccountColumn } from "@/lib/accounts/sorted-columns.store";
import { isDistributed, type Pool, transaction } from "@/lib/db/pool";
import { utcDay } from "@/lib/format/time";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { lockFacts } from "@/lib/profiles/profiles.store";
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
export function createAccountMaintenance(
  db: Pool,
  refresh: Refresh,
  only: string | null = null,
): { step(now: number): Promise<boolean> } {
  let queueProject = FIRST_ID;
  let largeDueAt = 0;
  let daily = { day: "", projects: new Set<string>() };

  /** Compares the settings of all projects in one statement; on Citus those of the next few. */
  const settingsStep = (queueOrMark: typeof queueChangedSettings) => {
    let ids: string[] = [];
    return async (): Promise<boolean> => {
      if (only !== null || !isDistributed(db)) return queueOrMark(db, only);
      if (ids.length === 0) ids = await projectIds(db);
      let wasChanged = false;
      for (const id of ids.splice(0, BATCH_PROJECTS)) wasChanged = (await queueOrMark(db, id)) || wasChanged;
      return wasChanged;
    };
  };

  const queueStep = async (): Promise<boolean> => {
    const work = await nextQueueItem(db, queueProject, only);
    if (!work) {
      const hasEnded = queueProject !== FIRST_ID;
      queueProject = FIRST_ID;
      return hasEnded;
    }
    // So that projects take turns.
    queueProject = work.projectId;
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
    await recordQueueProgress(db, work, isLast ? null : (people.at(-1) as number) + 1);
    return true;
  };

  /** Where each project's stale accounts go on; without an entry, at its first. */
  const resumeAfter = new Map<string, string>();
  let staleProject = FIRST_ID;
  let isRoundUseful = false;

  const staleStep = async (now: number): Promise<boolean> => {
    const projectId = await nextStaleProject(db, staleProject, only);
    if (projectId === null) {
      const mayBeMore = isRoundUseful;
      [staleProject, isRoundUseful] = [FIRST_ID, false];
      if (!mayBeMore) resumeAfter.clear(); // of projects deleted meanwhile
      return mayBeMore;
    }
    // So that projects take turns.
    staleProject = projectId;
    const found = await staleAccounts(db, projectId, resumeAfter.get(projectId) ?? "", BATCH_ACCOUNTS);
    const last = found.at(-1);
    if (last && found.length === BATCH_ACCOUNTS) resumeAfter.set(projectId, last.id);
    else resumeAfter.delete(projectId);
    const small = found.filter(({ people }) => people <= LARGE_ACCOUNT).map(({ id }) => id);
    const done = await refreshAccounts(db, projectId, small, now);
    const large = found.find(({ people }) => people > LARGE_ACCOUNT);
    const wasLargeDone = large !== undefined && (await refreshLarge(projectId, large.id, now));
    const isUseful = done > 0 || wasLargeDone || resumeAfter.has(projectId);
    isRoundUseful ||= isUseful;
    return isUseful;
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
    if (daily.day !== day) daily = { day, projects: new Set(only === null ? await projectIds(db) : [only]) };
    const [projectId] = daily.projects;
    if (projectId === undefined) return false;
    // Behind the others, so that projects take turns.
    daily.projects.delete(projectId);
    daily.projects.add(projectId);
    const outdated = (limit: number, people: { min: number; max: number }) =>
      outdatedAccounts(db, projectId, { day, now, limit, people });
    const ids = await outdated(BATCH_ACCOUNTS, { min: 0, max: LARGE_ACCOUNT });
    // States need no recomputation as days pass: they already cover future silence.
    await refreshAccounts(db, projectId, ids, now, writeAccountFacts);
    if (ids.length === BATCH_ACCOUNTS) return true;
    const [large] = await outdated(1, { min: LARGE_ACCOUNT + 1, max: MAX_PEOPLE });
    if (large !== undefined) return refreshLarge(projectId, large, now, writeAccountFacts);
    daily.projects.delete(projectId);
    return true;
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
