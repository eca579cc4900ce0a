import { type Pool, type Tx, transaction, UnitOfWork } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import type { Operation, OperationOutcome } from "@/lib/events/operation";
import { assignProfile, edgesAmong, writeEdge } from "@/lib/identity/corrections.store";
import { inLockOrder, lockPersons } from "@/lib/identity/identities.store";
import type { IdentityName } from "@/lib/identity/locked-identities";
import { MAX_IDS_PER_PERSON } from "@/lib/identity/partition";
import { refOf } from "@/lib/identity/person-ref";
import { type ProfileUserId, regroup } from "@/lib/identity/persons";
import { forgetIdentities, resolveIdentities } from "@/lib/identity/resolve.store";
import { insertEvents } from "@/lib/ingest/store/events.store";
import { rebuildProfiles } from "@/lib/ingest/store/rebuild-profiles";
import { markStale } from "@/lib/profiles/facts/stale-people";
import { createProfile, deleteProfiles, lockStats, recomputeStats } from "@/lib/profiles/profiles.store";
import type { ProjectSettings } from "@/lib/projects/settings";

/** Who made an alias: "client:<uuid>" or "member:<uuid>". */
export type MadeBy = string | null;

/**
 * Applies an `alias` or `unalias`: writes one register and regroups both persons (docs/identity.md R7). Does not touch
 * events, spans or sessions: O(ids of both persons). The order of arrival does not matter.
 */
export async function applyAlias(
  db: Pool,
  project: ProjectSettings,
  operation: Operation,
  madeBy: MadeBy = null,
): Promise<OperationOutcome> {
  const { user, alias } = operation;
  if (user === null || alias === null || user === alias) return outcomeOf(operation, "accepted");
  const work = async () => {
    const names = new Map<string, IdentityName>(
      [user, alias].map((extId) => [refOf("u", extId), { kind: "u", extId, streamClass: null, newest: operation.ts }]),
    );
    const known = await resolveIdentities(db, project.id, names);
    const both = [...known.values()];
    if (both.some((k) => k.suppressed || (k.erasedUntil !== null && operation.ts <= k.erasedUntil)))
      return outcomeOf(operation, "dropped");
    const [a, b] = both.map((k) => k.id) as [number, number];
    return transaction(db, (tx) => applyAliasInTx(tx, project, operation, [a, b], madeBy));
  };
  return retrying(work, () => forgetIdentities(db));
}

/** Like `applyAlias`, within the caller's transaction, for two different user ids that exist. */
export async function applyAliasInTx(
  tx: Tx,
  project: ProjectSettings,
  operation: Operation,
  [a, b]: [number, number],
  madeBy: MadeBy,
): Promise<OperationOutcome> {
  const members = await lockPersons(tx, project.id, [a, b]);
  if (operation.name === "alias" && members.length > MAX_IDS_PER_PERSON)
    return {
      ...outcomeOf(operation, "rejected"),
      reason: { code: "conflict", message: `A person can have at most ${MAX_IDS_PER_PERSON} user ids.` },
    };
  // The stored event names one id only, so that erasing the other leaves no trace in it; the edge has both.
  const bare = { ...operation, properties: {} };
  const inserted = await insertEvents(tx, project.id, [
    {
      operation: bare,
      actorId: a,
      streamId: null,
      sessionId: null,
      claim: false,
      unchanged: false,
      warnings: operation.warnings,
    },
  ]);
  if (!inserted.has(operation.id)) return outcomeOf(operation, "duplicate");
  const isOn = operation.name === "alias";
  const changed = await writeEdge(tx, project.id, { a, b, isOn, ts: operation.ts, opId: operation.id, madeBy });
  if (changed) await regroupPersons(tx, project.id, members);
  return outcomeOf(operation, "accepted");
}

const outcomeOf = (operation: Operation, status: OperationOutcome["status"]): OperationOutcome => ({
  status,
  deviceId: operation.anon,
  sessionId: operation.sessionId,
  warnings: operation.warnings,
});

/** Regroups locked user ids into persons after an edge changed, and rebuilds their profiles. */
export async function regroupPersons(tx: Tx, projectId: string, members: readonly ProfileUserId[]): Promise<void> {
  const ids = members.map((m) => m.id);
  const persons = regroup(members, await edgesAmong(tx, projectId, ids));
  const before = new Set(members.map((m) => m.profileId));
  const after = new Set<number>();
  for (const person of persons) {
    const profileId = person.profileId ?? (await createProfile(tx, projectId));
    after.add(profileId);
    await assignProfile(tx, projectId, person.ids, profileId);
  }
  markStale(projectId, [...before, ...after]);
  await lockStats(tx, projectId, inLockOrder([...before, ...after]));
  await recomputeStats(tx, projectId, [...after]);
  const unit = new UnitOfWork(tx);
  await rebuildProfiles(unit, projectId, inLockOrder([...after]));
  await Promise.all(unit.deferred);
  await deleteProfiles(
    tx,
    projectId,
    [...before].filter((id) => !after.has(id)),
  );
}
