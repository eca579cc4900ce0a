import { recordAccess } from "@/lib/access-log/access-log.store";
import { eraseAccountPeople, eraseFromAccounts } from "@/lib/accounts/erase.store";
import { eraseAlerts, holdSweeps } from "@/lib/alerts/erase.store";
import { type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import { forgetIds } from "@/lib/debugger/ring";
import { erasePeopleAside } from "@/lib/debugger/set-aside.store";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import {
  type ErasePlan,
  type EraseTarget,
  eraseIdentities,
  lockToErase,
  type PersonRemover,
  type Tombstones,
} from "@/lib/identity/erase.store";
import { eraseTargetOf, findIdentity, tracesOf } from "@/lib/identity/person.queries";
import { refOf } from "@/lib/identity/person-ref";
import { forgetIdentities } from "@/lib/identity/resolve.store";
import { eraseFromDescriptions } from "@/lib/ingest/store/erase.store";
import type { Json } from "@/lib/json";
import { eraseStates } from "@/lib/lifecycle/states.store";
import { eraseNotes } from "@/lib/notes/erase.store";
import { daysOfActors, reopenDays } from "@/lib/overview/day-counts.store";
import { markStale } from "@/lib/profiles/facts/stale-people";
import { eraseProfiles, lockStats } from "@/lib/profiles/profiles.store";
import { eraseFromOwnTeam, eraseKey, type NamedPerson } from "@/lib/projects/erase.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { addUsage } from "@/lib/projects/usage.store";
import { eraseRisk } from "@/lib/risk/erase.store";
import type { Scope } from "@/lib/scope";
import { eraseFromSegments } from "@/lib/segments/erase.store";
import { eraseSessions } from "@/lib/sessions/erase.store";
import { type EraseOptions, finishErasure, openEraseJob, type Receipt } from "./erase-jobs.store";

/** Up to this many events are deleted before responding (about 200 ms); more are deleted in the background. */
const MAX_EVENTS_WAITED_FOR = 20_000;

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
  const receipt = await erasePerson(pool(), project, target, options);
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
 * survives a crash. Records the access. Throws AppError not_found for an unknown id.
 */
export async function erasePerson(
  db: Pool,
  project: ProjectSettings,
  target: EraseTarget,
  options: EraseOptions,
): Promise<Receipt> {
  const { dryRun, requestedBy, now } = options;
  const { receipt, person, ids } = await retrying(() =>
    transaction(db, (tx) => eraseIn(db, tx, project, target, options)),
  );
  const act = dryRun ? "preview_erasure" : "erase_person";
  recordAccess({ projectId: project.id, actor: requestedBy, at: now, act, person });
  if (dryRun) return receipt;
  // Saves the next batch a retry: it would find the ids gone, as those of other processes do.
  forgetIdentities(db);
  forgetIds(project.id, ids);
  return receipt;
}

/**
 * The transaction of an erasure: locks, plans and counts, then calls each feature's own erase. `person`: the target's
 * internal id; `ids`: the erased ids.
 */
async function eraseIn(
  db: Pool,
  tx: Tx,
  project: ProjectSettings,
  target: EraseTarget,
  options: EraseOptions,
): Promise<{ receipt: Receipt; person: number; ids: string[] }> {
  const { dryRun, suppress, now, bulk } = options;
  if (!dryRun) await holdSweeps(tx, project.id);
  const person = await findIdentity(tx, project.id, target.kind, target.extId);
  if (person === null) throw new AppError("not_found", "Nobody in this project is known by this id.", { field: "ref" });
  const plan = await lockToErase(tx, project.id, target.kind, person, now);
  if (!dryRun) await lockStats(tx, project.id, plan.profileIds);
  const key = await eraseKey(tx, project.id);
  // First, because the rebuilds below skip the events in its ranges.
  const receipt = await openEraseJob(tx, project.id, plan, key, options);
  if (dryRun) return { receipt, person, ids: [] };

  const { named, devices } = await tracesOf(tx, project.id, plan);
  const { ids, bytes } = await eraseRows(tx, project, plan, named, { key, until: now, suppress, devices }, now);
  markStale(project.id, [], plan.streams.keys());
  const { userIds, wholeIds } = plan;
  await addUsage(db, tx, project.id, { people: -userIds.length, devices: -wholeIds.length, values: -bytes });
  await bulk?.onErased(tx);
  return { receipt, person, ids };
}

/**
 * Calls each feature's own erase for a planned and locked person; events are deleted later. `named`: how settings name
 * them. `tombstones` null: their ids may come back. Returns the erased ids, and the bytes of their property values.
 */
export async function eraseRows(
  tx: Tx,
  project: ProjectSettings,
  plan: ErasePlan,
  named: NamedPerson,
  tombstones: Tombstones | null,
  now: number,
): Promise<{ ids: string[]; bytes: number }> {
  await eraseNotes(tx, project.id, plan.ranges);
  const days = await daysOfActors(tx, project.id, [...plan.actorIds, ...plan.parts.map(({ stream }) => stream.id)]);
  await eraseSessions(tx, project.id, plan);
  const remover = personRemover(named);
  const accounts = await eraseFromAccounts(tx, project.id, plan, remover);
  if (remover) await eraseFromDescriptions(tx, project.id, accounts, remover);
  // As late as possible: from here on a process that has not cached an erased id waits, with the ids its batch created.
  const erased = await eraseIdentities(tx, project, plan, tombstones);
  await eraseProfiles(tx, project.id, plan);
  // Under the lock of facts.
  await eraseStates(tx, project.id, plan.people, now);
  await eraseAlerts(tx, project.id, plan, remover);
  await eraseRisk(tx, project.id, plan.people);
  await eraseFromOwnTeam(tx, project.id, named);
  await eraseAccountPeople(tx, project.id, plan, named);
  await erasePeopleAside(tx, project.id, plan.people);
  await eraseFromSegments(tx, project.id, plan, remover);
  await reopenDays(tx, project.id, days);
  return erased;
}

/** Replaces an erased person's address or id in rules and properties. */
const REMOVED = "[erased]";
/** A shorter user id ("42", "pro") may mean something else in a rule or property. */
const MIN_ID_CHARS = 12;
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** null if they have no address and no id of MIN_ID_CHARS. */
export function personRemover({ ids, addresses }: NamedPerson): PersonRemover | null {
  const whole = new Set(ids.filter((id) => id.length >= MIN_ID_CHARS).flatMap((id) => [id, refOf("u", id)]));
  const within = [...new Set(addresses.map((address) => address.toLowerCase()))].map(
    (address) =>
      new RegExp(
        `(?<![\\p{L}\\p{N}._%+-])${address.replace(SYNTAX, "\\$&")}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`,
        "giu",
      ),
  );
  const needles = [...whole, ...addresses].map((text) => JSON.stringify(text).slice(1, -1).toLowerCase());
  if (needles.length === 0) return null;
  const clean = (text: string): string =>
    whole.has(text) ? REMOVED : within.reduce((rest, address) => rest.replace(address, REMOVED), text);
  const remove = (value: Json): Json => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map(remove);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, remove(inner)]));
  };
  return { needles: [...new Set(needles)], remove };
}
