import { type Pool, pipelined, type Tx, UnitOfWork } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import { AppError } from "@/lib/errors";
import type { Operation } from "@/lib/events/operation";
import { inLockOrder, lockPersons } from "@/lib/identity/identities.store";
import type { IdentityName } from "@/lib/identity/locked-identities";
import { findIdentity } from "@/lib/identity/person.queries";
import { userRef } from "@/lib/identity/person-ref";
import { type PersonSummary, personSummaries } from "@/lib/identity/person-summary.queries";
import { forgetIdentities, resolveIdentities } from "@/lib/identity/resolve.store";
import { newId } from "@/lib/ids";
import { applyAliasInTx } from "@/lib/ingest/store/alias";
import type { ProjectSettings } from "@/lib/projects/settings";
import type { Correction } from "./correction";
import { detachDeviceInTx, reattachDeviceInTx } from "./detach";

/** The actor ("client:<uuid>", "member:<uuid>") and the time (ms). */
export type Provenance = { madeBy: string; now: number };

/**
 * Applies a correction atomically. An alias may name an id that was never sent. Throws AppError not_found for an
 * unknown id or device or if there is nothing to undo, and conflict if a person would get too many ids.
 */
export async function applyCorrection(
  db: Pool,
  project: ProjectSettings,
  correction: Correction,
  provenance: Provenance,
): Promise<void> {
  const work = async () => {
    if (correction.kind === "alias") await createUserIds(db, project.id, correction.pairs.flat(), provenance.now);
    await pipelined(db, (unit) => correctInTx(unit, project, correction, provenance));
  };
  await retrying(work, () => forgetIdentities(db));
}

/** The people a correction affects, before and after it. */
export type CorrectionPreview = { before: PersonSummary[]; after: PersonSummary[] };

/**
 * Previews a correction: applies it in one snapshot, reads the result and rolls back. Costs the correction itself plus
 * counting the sessions of everyone affected, and holds their locks meanwhile. Throws as `applyCorrection` does.
 */
export async function previewCorrection(
  db: Pool,
  project: ProjectSettings,
  correction: Correction,
): Promise<CorrectionPreview> {
  return retrying(async () => {
    const tx = await db.connect();
    try {
      // For both reads to see the same snapshot; `retrying` handles serialization failures.
      await tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
      const affected = await affectedBy(tx, project.id, correction);
      const before = await personSummaries(tx, project.id, affected);
      const unit = new UnitOfWork(tx);
      await correctInTx(unit, project, correction, { madeBy: "preview", now: Date.now() });
      await Promise.all(unit.deferred);
      return { before, after: await personSummaries(tx, project.id, affected) };
    } finally {
      await tx.query("ROLLBACK").then(
        () => tx.release(),
        (broken: Error) => tx.release(broken),
      );
    }
  });
}

async function correctInTx(
  unit: UnitOfWork,
  project: ProjectSettings,
  correction: Correction,
  provenance: Provenance,
): Promise<void> {
  const { tx } = unit;
  if (correction.kind === "detach" || correction.kind === "attach") {
    const streamId = await idOf(tx, project.id, "a", correction.anonymousId, "anonymousId");
    const userIds = await usersOf(tx, project.id, correction.userIds);
    if (correction.kind === "attach") return reattachDeviceInTx(unit, project, { streamId, userIds });
    return detachDeviceInTx(unit, project, { streamId, userIds, madeBy: provenance.madeBy }, provenance.now);
  }
  await lockPersons(tx, project.id, inLockOrder(await usersOf(tx, project.id, correction.pairs.flat())));
  for (const [user, alias] of correction.pairs) {
    if (user === alias) continue;
    const ids = await usersOf(tx, project.id, [user, alias]);
    const operation = edgeOperation(correction.kind, user, alias, provenance.now);
    const outcome = await applyAliasInTx(tx, project, operation, ids as [number, number], provenance.madeBy);
    if (outcome.reason) throw new AppError(outcome.reason.code, outcome.reason.message, { field: "userId" });
  }
}

/** Creates the missing ids; throws conflict for suppressed ones, about which nothing may be stored. */
async function createUserIds(db: Pool, projectId: string, userIds: readonly string[], now: number): Promise<void> {
  const names = new Map<string, IdentityName>(
    userIds.map((extId) => [userRef(extId), { kind: "u", extId, streamClass: null, newest: now }]),
  );
  const known = await resolveIdentities(db, projectId, names);
  if ([...known.values()].some((identity) => identity.suppressed))
    throw new AppError("conflict", "This user id was erased for good: nothing may be stored about it.", {
      field: "userId",
    });
}

/** The operation that stores a correction's alias or unalias; it has no device or session and is not activity. */
function edgeOperation(name: "alias" | "unalias", user: string, alias: string, now: number): Operation {
  return {
    id: newId(),
    ts: now,
    receivedAt: now,
    kind: "alias",
    name,
    user,
    anon: null,
    streamClass: "sdk",
    sessionId: null,
    claim: false,
    active: false,
    context: {},
    revenue: null,
    groups: [],
    properties: {},
    changes: [],
    alias,
    warnings: [],
  };
}

/**
 * Internal ids of everyone whose figures the correction may change: the people its ids belong to, and all owners of the
 * device's spans.
 */
async function affectedBy(
  tx: Tx,
  projectId: string,
  correction: Correction,
): Promise<{ userIds: number[]; streamIds: number[] }> {
  if (correction.kind === "alias" || correction.kind === "unalias")
    return { userIds: await usersOf(tx, projectId, correction.pairs.flat()), streamIds: [] };
  const streamId = await idOf(tx, projectId, "a", correction.anonymousId, "anonymousId");
  return { userIds: await usersOf(tx, projectId, correction.userIds), streamIds: [streamId] };
}

async function usersOf(tx: Tx, projectId: string, userIds: readonly string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const userId of userIds) ids.push(await idOf(tx, projectId, "u", userId, "userId"));
  return ids;
}

async function idOf(tx: Tx, projectId: string, kind: "u" | "a", extId: string, field: string): Promise<number> {
  const id = await findIdentity(tx, projectId, kind, extId);
  const what = kind === "u" ? "user" : "device";
  if (id === null) throw new AppError("not_found", `There is no such ${what} in this project.`, { field });
  return id;
}
