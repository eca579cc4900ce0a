import { createHmac } from "node:crypto";
import { eraseMemberStretches, eraseMembers } from "@/lib/accounts/accounts.store";
import { eraseAccountPeople } from "@/lib/accounts/erase.store";
import { eraseAlerts } from "@/lib/alerts/erase.store";
import { type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { takeBack } from "@/lib/debugger/set-aside.store";
import { AppError } from "@/lib/errors";
import { isOwnFault } from "@/lib/faults/own";
import { type EvidenceReader, holdings, restack } from "@/lib/identity/claim";
import { eraseIdentities, streamsOwnedBy } from "@/lib/identity/erase.store";
import { type ActorRange, planStream, type StreamPlan } from "@/lib/identity/erase-plan";
import { extIds, lockStreams, updateStreams, writeSpans } from "@/lib/identity/identities.store";
import type { Stream } from "@/lib/identity/locked-identities";
import { ERASED, partitionParams } from "@/lib/identity/partition";
import { findIdentity } from "@/lib/identity/person.queries";
import { lockPersons } from "@/lib/identity/persons.store";
import { deleteKept, eraseKeptIn } from "@/lib/identity/property-log.store";
import { eraseKey, forgetIdentities, retrying, tombstone } from "@/lib/identity/resolve.store";
import { newId } from "@/lib/ids";
import { countEvents, deleteEventsOfJob, evidenceReader } from "@/lib/ingest/store/events.store";
import { eraseStates } from "@/lib/lifecycle/states.store";
import { eraseNotes } from "@/lib/notes/notes.store";
import { deleteFacts, lockFacts } from "@/lib/profiles/facts/facts.store";
import { markStale } from "@/lib/profiles/facts/stale-people";
import { deleteProfiles, lockStats } from "@/lib/profiles/profiles.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { addUses, forgetUses } from "@/lib/projects/usage.store";
import { eraseChampions } from "@/lib/risk/account-risk.store";
import { eraseOutcomes } from "@/lib/risk/outcomes.store";
import { eraseRisk } from "@/lib/risk/risk.store";
import type { Scope } from "@/lib/scope";
import { eraseListed } from "@/lib/segments/import.store";
import { countSessions, eraseSessions, rebuildSessions } from "@/lib/sessions/erase.store";
import { closeJob, openJob, openJobs, writeTombstones } from "./erase-jobs.store";

/** Events per DELETE: about 50 ms, so that it never blocks a writer for long. */
const CHUNK_EVENTS = 5_000;

/**
 * Proof of an erasure: what was erased, when, and a digest signed with the project's key. It contains no id of the
 * person. The receipt of a dry run has no job and no digest.
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
  /** Also drop whatever the ids send later, for ever. */
  suppress: boolean;
  /** Only count; change nothing. */
  dryRun: boolean;
  requestedBy: string;
  /** The moment of erasure, in ms. */
  now: number;
};

/** Whom to erase: a person by any of its user ids, or an anonymous visitor by its stream. */
export type EraseTarget = { kind: "u" | "a"; extId: string };

/**
 * Erases a person as known at this moment (docs/identity.md R13, X1). When this returns, nothing of them is visible,
 * and anything they sent before `now` is dropped whenever it arrives; `finishErasures` deletes the rows and survives a
 * crash. Throws AppError not_found for an unknown id.
 */
export async function erase(
  db: Pool,
  project: ProjectSettings,
  target: EraseTarget,
  options: EraseOptions,
): Promise<Receipt> {
  const receipt = await retrying(db, () => transaction(db, (tx) => hide(tx, project, target, options)));
  forgetIdentities(db);
  forgetUses(db);
  return receipt;
}

/** The transaction of an erasure: locks, plans and counts, then lets each feature erase its own rows. */
async function hide(tx: Tx, project: ProjectSettings, target: EraseTarget, options: EraseOptions): Promise<Receipt> {
  const id = await findIdentity(tx, project.id, target.kind, target.extId);
  if (id === null) throw new AppError("not_found", "Nobody in this project is known by this id.", { field: "ref" });
  const plan = planOf(await lockPerson(tx, project.id, target.kind, id), target, options.now);
  const { userIds, profileIds, streams, parts, wholeIds, ranges } = plan;
  const key = await eraseKey(tx, project.id);
  const receipt = await receiptOf(tx, project.id, plan, key, options);
  if (receipt.jobId === null) return receipt;

  await lockStats(tx, project.id, profileIds);
  const { requestedBy, now } = options;
  await openJob(tx, project.id, { id: receipt.jobId, requestedBy, requestedAt: now, receipt }, ranges);
  await eraseNotes(tx, project.id, ranges);
  const actorIds = [...userIds, ...wholeIds];
  const users = new Set(userIds);
  const hashes = [...(await extIds(tx, project.id, actorIds))].map(([internal, extId]) => {
    const kind = users.has(internal) ? ("u" as const) : ("a" as const);
    return { kind, hash: tombstone(key, kind, extId) };
  });
  await writeTombstones(tx, project.id, hashes, now, options.suppress);
  const read = evidenceReader(tx, project.id);
  let bytes = 0;
  for (const part of parts) bytes += await erasePart(tx, project, part, users, read);
  await eraseSessions(tx, project.id, actorIds);
  await deleteKept(tx, project.id, actorIds);
  await eraseMembers(tx, project.id, actorIds);
  bytes += await eraseIdentities(tx, project.id, userIds, wholeIds);
  await deleteProfiles(tx, project.id, profileIds);
  // The facts job recomputes the rest of shared devices. The lock keeps it from writing anything it read before this.
  await lockFacts(tx, project.id);
  await eraseListed(tx, project.id, actorIds);
  const people = [...profileIds, ...[...streams.keys()].map((streamId) => -streamId)];
  await deleteFacts(tx, project.id, people);
  await eraseAccountPeople(tx, project.id, people, actorIds);
  await eraseStates(tx, project.id, people, now);
  await eraseRisk(tx, project.id, people);
  await eraseAlerts(tx, project.id, people, ranges);
  await eraseChampions(tx, project.id, people);
  await eraseOutcomes(tx, project.id, "people", people.map(String));
  markStale(project.id, [], streams.keys());
  await addUses(tx, project.id, { people: -userIds.length, devices: -wholeIds.length, values: -bytes });
  return receipt;
}

type Part = Extract<StreamPlan, { kind: "part" }>;

/** What an erasure covers: `parts` of shared streams, whole streams, and the events of `ranges`. */
type Plan = Locked & { parts: Part[]; wholeIds: number[]; ranges: ActorRange[] };

function planOf(locked: Locked, target: EraseTarget, now: number): Plan {
  const { userIds, streams } = locked;
  const owns = (owner: number | null): boolean =>
    target.kind === "a" ? owner === null : owner !== null && userIds.includes(owner);
  const plans = [...streams.values()].map((stream) => planStream(stream, owns, now));
  const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  return {
    ...locked,
    parts: plans.filter((plan) => plan.kind === "part"),
    wholeIds: plans.flatMap((plan) => (plan.kind === "whole" ? [plan.stream.id] : [])),
    ranges: [...userIds.map((actorId) => ({ actorId, ...always })), ...plans.flatMap((plan) => plan.ranges)],
  };
}

async function receiptOf(
  tx: Tx,
  projectId: string,
  { userIds, streams, parts, ranges }: Plan,
  key: string,
  { now, suppress, dryRun }: EraseOptions,
): Promise<Receipt> {
  const body = {
    jobId: newId(),
    erasedAt: new Date(now).toISOString(),
    userIds: userIds.length,
    devices: streams.size,
    sharedDevices: parts.length,
    events: await countEvents(tx, projectId, ranges),
    sessions: await countSessions(tx, projectId, ranges),
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
export async function isGenuine(scope: Scope, receipt: Receipt): Promise<boolean> {
  const { digest, ...body } = receipt;
  return digest !== null && digest === sign(body, await eraseKey(pool(), scope.projectId));
}

/**
 * Marks the person's spans of a shared stream as erased; all others are unchanged. Returns the bytes of property values
 * it freed.
 */
async function erasePart(
  tx: Tx,
  project: ProjectSettings,
  plan: Part,
  users: ReadonlySet<number>,
  read: EvidenceReader,
): Promise<number> {
  const { stream } = plan;
  const before = stream.spans.map((span) => ({ streamId: stream.id, from: span.from }));
  const heldByOthers = JSON.stringify([...holdings(stream.spans.filter((span) => !users.has(span.owner ?? 0)))]);
  stream.seenUsers = [...new Set(stream.seenUsers.map((id) => (users.has(id) ? ERASED : id)))];
  await restack(stream, plan.runs, partitionParams(stream.streamClass, project), read);
  for (const span of stream.spans)
    if (span.owner === ERASED) Object.assign(span, { count: 0, firstSeen: null, lastSeen: null });
  if (JSON.stringify([...holdings(stream.spans)]) !== heldByOthers)
    throw new Error("an erasure must not move anybody else's events");
  await writeSpans(tx, project.id, {
    remove: before,
    update: [],
    insert: stream.spans.map((span) => ({ streamId: stream.id, span })),
  });
  await updateStreams(tx, project.id, [stream]);
  const bytes = await eraseKeptIn(tx, project.id, stream.id, plan.ranges);
  await eraseMemberStretches(tx, project.id, stream.id);
  await rebuildSessions(tx, project.id, stream.id, plan.ranges);
  return bytes;
}

type Locked = { userIds: number[]; profileIds: number[]; streams: Map<number, Stream> };

/**
 * Locks a person's streams and user ids, in the lock order, until the set is stable: which streams there are is only
 * certain once both are locked. The savepoint releases a set that turned out too small.
 */
async function lockPerson(tx: Tx, projectId: string, kind: "u" | "a", id: number): Promise<Locked> {
  if (kind === "a") return { userIds: [], profileIds: [], streams: await lockStreams(tx, projectId, [id]) };
  await tx.query("SAVEPOINT person");
  let expected = await streamsOwnedBy(
    tx,
    projectId,
    (await lockPersons(tx, projectId, [id])).map((m) => m.id),
  );
  for (;;) {
    await tx.query("ROLLBACK TO SAVEPOINT person");
    const streams = await lockStreams(tx, projectId, expected);
    const members = await lockPersons(tx, projectId, [id]);
    const userIds = members.map((m) => m.id);
    const now = await streamsOwnedBy(tx, projectId, userIds);
    if (now.join() === expected.join())
      return { userIds, profileIds: [...new Set(members.map((m) => m.profileId))].sort((a, b) => a - b), streams };
    expected = now;
  }
}

/** Deletes the rows of one erasure in chunks, then closes its job; returns how many. Idempotent. */
export async function finishErasure(db: Pool, projectId: string, jobId: string): Promise<number> {
  let deleted = 0;
  for (let chunk = CHUNK_EVENTS; chunk > 0; deleted += chunk)
    chunk = await deleteEventsOfJob(db, projectId, jobId, CHUNK_EVENTS);
  await closeJob(db, projectId, jobId);
  await takeBack(db, projectId, "erasures", [jobId]);
  return deleted;
}

/**
 * Finishes every open erasure; called at every start and every hour (lib/jobs). One that fails goes to `aside` and does
 * not stop the others. Throws other errors.
 */
export async function finishErasures(
  db: Pool,
  aside: (projectId: string, jobId: string, error: unknown) => Promise<void> = (_, __, error) => Promise.reject(error),
): Promise<number> {
  let deleted = 0;
  for (const { projectId, jobId } of await openJobs(db))
    try {
      deleted += await finishErasure(db, projectId, jobId);
    } catch (error) {
      if (!isOwnFault(error)) throw error;
      await aside(projectId, jobId, error);
    }
  return deleted;
}
