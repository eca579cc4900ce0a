import { createHmac } from "node:crypto";
import { recordAccess } from "@/lib/access-log/access-log.store";
import { holdSweeps } from "@/lib/alerts/erase.store";
import { type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { forgetEverywhere } from "@/lib/debugger/relay";
import { clearAside } from "@/lib/debugger/set-aside.store";
import { AppError } from "@/lib/errors";
import { isDataFault } from "@/lib/faults/data-fault";
import { logFault } from "@/lib/faults/log";
import { lockToErase } from "@/lib/identity/erase.store";
import { type ErasePlan, type EraseTarget, planErasure } from "@/lib/identity/erase-plan";
import { eraseTargetOf, findIdentity } from "@/lib/identity/person.queries";
import { forgetIdentities, retrying } from "@/lib/identity/resolve.store";
import { devicesOfUsers, eraseKey } from "@/lib/identity/tombstones.queries";
import { isSameSecret, newId } from "@/lib/ids";
import { deleteEventsOfJob } from "@/lib/ingest/store/events.store";
import { daysOfRows, reopenDays } from "@/lib/overview/day-counts.store";
import { markStale } from "@/lib/profiles/facts/stale-people";
import { lockStats } from "@/lib/profiles/profiles.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { addUsage } from "@/lib/projects/usage.store";
import type { Scope } from "@/lib/scope";
import { closeEraseJob, countErased, openEraseJob, openEraseJobs } from "./erase-jobs.store";
import { eraseRows } from "./erase-rows";

/** Up to this many events are deleted before responding (about 200 ms); more are deleted in the background. */
const MAX_EVENTS_WAITED_FOR = 20_000;
/** Events per DELETE: about 50 ms, so that it never blocks a writer for long. */
const CHUNK_EVENTS = 5_000;

/**
 * Proof of an erasure: what was erased, when, and a digest signed with the project's key. Contains no id of the person.
 * The receipt of a dry run has no job and no digest.
 */
export type Receipt = {
  jobId: string | null;
  erasedAt: string;
  userIds: number;
  devices: number;
  sharedDevices: number;
  events: number;
  sessions: number;
  suppressed: boolean;
  digest: string | null;
};

export type EraseOptions = {
  /** Also drops whatever these ids send later, for ever. */
  suppress: boolean;
  /** Only counts; changes nothing. */
  dryRun: boolean;
  requestedBy: string;
  /** The moment of erasure, in ms. */
  now: number;
  /** The bulk erasure it is part of; `onErased` runs in the erasure's transaction. */
  bulk?: { id: string; onErased: (tx: Tx) => Promise<void> };
};

/** A requested erasure: its receipt, and whether the rows are already deleted. */
export type Erasure = { receipt: Receipt; finished: boolean };

/**
 * Erases the person of `ref`: "u:<user id>", or "a:<anonymous id>" for the device's person or anonymous visitor. Once
 * this resolves, none of their data is visible. Throws not_found for an unknown ref.
 */
export async function eraseByRef(
  scope: Scope<"erase">,
  project: ProjectSettings,
  ref: string,
  options: { dryRun: boolean; suppress: boolean; now: number },
): Promise<Erasure> {
  const target = await eraseTargetOf(scope, ref);
  return eraseTarget(project, target, { ...options, requestedBy: scope.actor });
}

/** Counts what eraseByRef would delete. */
export const previewByRef = async (
  scope: Scope<"erase">,
  project: ProjectSettings,
  ref: string,
  now: number,
): Promise<Receipt> => (await eraseByRef(scope, project, ref, { dryRun: true, suppress: false, now })).receipt;

/** Erases the person of a user id, for an SDK with the secret; does nothing for an unknown id. */
export async function eraseUser(
  project: ProjectSettings,
  userId: string,
  requestedBy: string,
  now: number,
): Promise<void> {
  const options = { dryRun: false, suppress: false, requestedBy, now };
  await eraseTarget(project, { kind: "u", extId: userId }, options).catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
  });
}

/** Like eraseByRef, for a resolved target. Throws not_found. */
export async function eraseTarget(
  project: ProjectSettings,
  target: EraseTarget,
  options: EraseOptions,
): Promise<Erasure> {
  const person = (await findIdentity(pool(), project.id, target.kind, target.extId)) ?? undefined;
  const receipt = await erasePerson(pool(), project, target, options);
  const act = options.dryRun ? "preview_erasure" : "erase_person";
  recordAccess({ projectId: project.id, actor: options.requestedBy, at: options.now, act, person });
  const { jobId } = receipt;
  if (jobId === null) return { receipt, finished: false };
  if (receipt.events <= MAX_EVENTS_WAITED_FOR) {
    await finishErasure(pool(), project.id, jobId);
    return { receipt, finished: true };
  }
  longDeletions = longDeletions.then(() => finishLater(project.id, jobId));
  return { receipt, finished: false };
}

/** Runs one after the other: a bulk erasure of many large users would otherwise occupy all connections of the pool. */
let longDeletions: Promise<void> = Promise.resolve();

/** Deletes the rows in the background; a job (lib/jobs) resumes after a crash or a failure. */
async function finishLater(projectId: string, jobId: string): Promise<void> {
  try {
    await finishErasure(pool(), projectId, jobId);
  } catch (error) {
    logFault("an erasure failed and resumes within the hour", error);
  }
}

/**
 * Erases a person as known at this moment (docs/identity.md R13, X1). When this resolves, none of their data is
 * visible, and operations from before `now` are dropped whenever they arrive; `finishErasures` deletes the rows and
 * survives a crash. Throws AppError not_found for an unknown id.
 */
export async function erasePerson(
  db: Pool,
  project: ProjectSettings,
  target: EraseTarget,
  options: EraseOptions,
): Promise<Receipt> {
  const { receipt, ids } = await retrying(db, () => transaction(db, (tx) => eraseIn(db, tx, project, target, options)));
  // Saves the next batch a retry: it would find the ids gone, as those of other processes do.
  forgetIdentities(db);
  forgetEverywhere(project.id, ids);
  return receipt;
}

/**
 * The transaction of an erasure: locks, plans and counts, then calls each feature's own erase. `ids`: the erased ids.
 */
async function eraseIn(
  db: Pool,
  tx: Tx,
  project: ProjectSettings,
  target: EraseTarget,
  options: EraseOptions,
): Promise<{ receipt: Receipt; ids: string[] }> {
  const { requestedBy, suppress, now, bulk } = options;
  if (!options.dryRun) await holdSweeps(tx, project.id);
  const id = await findIdentity(tx, project.id, target.kind, target.extId);
  if (id === null) throw new AppError("not_found", "Nobody in this project is known by this id.", { field: "ref" });
  const locked = await lockToErase(tx, project.id, target.kind, id);
  const plan = planErasure(locked, target.kind, now);
  const key = await eraseKey(tx, project.id);
  const receipt = await receiptOf(tx, project.id, plan, key, options);
  if (receipt.jobId === null) return { receipt, ids: [] };

  await lockStats(tx, project.id, plan.profileIds);
  // First, because the rebuilds below skip the events in its ranges.
  const job = { id: receipt.jobId, requestedBy, requestedAt: now, receipt, bulkId: bulk?.id ?? null };
  await openEraseJob(tx, project.id, job, plan.ranges);
  const devices = await devicesOfUsers(tx, project.id, plan);
  const { ids, bytes } = await eraseRows(tx, project, plan, { key, until: now, suppress, devices }, now);
  markStale(project.id, [], plan.streams.keys());
  const { userIds, wholeIds } = plan;
  await addUsage(db, tx, project.id, { people: -userIds.length, devices: -wholeIds.length, values: -bytes });
  await bulk?.onErased(tx);
  return { receipt, ids };
}

async function receiptOf(
  tx: Tx,
  projectId: string,
  { userIds, streams, parts, ranges }: ErasePlan,
  key: string,
  { now, suppress, dryRun }: EraseOptions,
): Promise<Receipt> {
  const body = {
    jobId: newId(),
    erasedAt: new Date(now).toISOString(),
    userIds: userIds.length,
    devices: streams.size,
    sharedDevices: parts.length,
    ...(await countErased(tx, projectId, ranges)),
    suppressed: suppress,
  };
  return dryRun ? { ...body, jobId: null, digest: null } : { ...body, digest: sign(body, key) };
}

/** The receipt's signature: HMAC-SHA256 over its fields in alphabetical order, as JSON without white space, hex. */
function sign(body: Omit<Receipt, "digest">, key: string): string {
  const ordered = Object.fromEntries(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHmac("sha256", key).update(JSON.stringify(ordered)).digest("hex");
}

/** Whether this receipt was made here and is unchanged. */
export async function isGenuineReceipt(scope: Scope, receipt: Receipt): Promise<boolean> {
  const { digest, ...body } = receipt;
  return digest !== null && isSameSecret(digest, sign(body, await eraseKey(pool(), scope.projectId)));
}

/** Deletes the rows of one erasure in chunks, then closes its job; returns how many. Idempotent. */
export async function finishErasure(db: Pool, projectId: string, jobId: string): Promise<number> {
  let deleted = 0;
  for (let chunk = CHUNK_EVENTS; chunk > 0; deleted += chunk)
    chunk = await transaction(db, async (tx) => {
      const events = await deleteEventsOfJob(tx, projectId, jobId, CHUNK_EVENTS);
      await reopenDays(tx, projectId, daysOfRows(events));
      return events.length;
    });
  await closeEraseJob(db, projectId, jobId);
  await clearAside(db, projectId, "erasures", [jobId]);
  return deleted;
}

/**
 * Finishes every open erasure; a job calls it at every start and every hour (lib/jobs). One that fails because of its
 * data is passed to `onFault` and does not stop the others. Throws other errors.
 */
export async function finishErasures(
  db: Pool,
  onFault: (projectId: string, jobId: string, error: unknown) => Promise<void> = (_, __, error) =>
    Promise.reject(error),
): Promise<number> {
  let deleted = 0;
  for (const { projectId, jobId } of await openEraseJobs(db))
    try {
      deleted += await finishErasure(db, projectId, jobId);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      await onFault(projectId, jobId, error);
    }
  return deleted;
}
