import { type Pool, pipelined, type UnitOfWork } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import { AppError } from "@/lib/errors";
import { rebuildSpans } from "@/lib/identity/claim";
import { deleteDetached, writeDetached } from "@/lib/identity/corrections.store";
import { evidenceOf, evidenceReader, extIds } from "@/lib/identity/evidence.queries";
import { inLockOrder, lockStreams, lockUsers } from "@/lib/identity/identities.store";
import type { LockedStream } from "@/lib/identity/locked-identities";
import { partitionParams } from "@/lib/identity/partition";
import { existingUsers, findIdentity } from "@/lib/identity/person.queries";
import { BatchDeltas } from "@/lib/ingest/store/deltas";
import { lockStats } from "@/lib/profiles/profiles.store";
import type { ProjectSettings } from "@/lib/projects/settings";

/** The device, the user to detach it from, and who did so ("client:<uuid>", "member:<uuid>"). */
export type Detachment = { anonymousId: string; userId: string; madeBy: string };

/**
 * Ignores evidence of (stream, user) up to `until` (ms) and recomputes the stream (docs/identity.md R14). Explicit
 * events stay with their user. Throws AppError not_found if either id is unknown.
 */
export function detachDevice(db: Pool, project: ProjectSettings, detachment: Detachment, until: number): Promise<void> {
  return inTransaction(db, project, detachment, (unit, streamId, userId) =>
    detachDeviceInTx(unit, project, { streamId, userIds: [userId], madeBy: detachment.madeBy }, until),
  );
}

/** Like `detachDevice`, within the caller's transaction and from several user ids. */
export function detachDeviceInTx(
  unit: UnitOfWork,
  project: ProjectSettings,
  { streamId, userIds, madeBy }: { streamId: number; userIds: readonly number[]; madeBy: string },
  until: number,
): Promise<void> {
  return recomputeStream(unit, project, streamId, userIds, async () => {
    for (const userId of userIds) await writeDetached(unit.tx, project.id, streamId, userId, until, madeBy);
  });
}

/** Like `reattachDevice`, within the caller's transaction. */
export function reattachDeviceInTx(
  unit: UnitOfWork,
  project: ProjectSettings,
  { streamId, userIds }: { streamId: number; userIds: readonly number[] },
): Promise<void> {
  return recomputeStream(unit, project, streamId, userIds, async () => {
    for (const userId of userIds)
      if (!(await deleteDetached(unit.tx, project.id, streamId, userId)))
        throw new AppError("not_found", "This device was not detached from this user.", { field: "anonymousId" });
  });
}

/** Undoes a detachment. Throws AppError not_found if there is none. */
export function reattachDevice(db: Pool, project: ProjectSettings, detachment: Detachment): Promise<void> {
  return inTransaction(db, project, detachment, (unit, streamId, userId) =>
    reattachDeviceInTx(unit, project, { streamId, userIds: [userId] }),
  );
}

type Work = (unit: UnitOfWork, streamId: number, userId: number) => Promise<void>;

/** Runs `work` in its own transaction, with the internal ids of the device and the user. */
function inTransaction(db: Pool, project: ProjectSettings, detachment: Detachment, work: Work): Promise<void> {
  return retrying(async () => {
    const streamId = await findIdentity(db, project.id, "a", detachment.anonymousId);
    const userId = await findIdentity(db, project.id, "u", detachment.userId);
    if (streamId === null) throw new AppError("not_found", "No such device in this project.", { field: "anonymousId" });
    if (userId === null) throw new AppError("not_found", "No such user in this project.", { field: "userId" });
    await pipelined(db, (unit) => work(unit, streamId, userId));
  });
}

/** Changes a stream's evidence and recomputes its spans and its owners' figures, in the lock order. */
async function recomputeStream(
  unit: UnitOfWork,
  project: ProjectSettings,
  streamId: number,
  userIds: readonly number[],
  change: () => Promise<void>,
): Promise<void> {
  const { tx } = unit;
  const streams = await lockStreams(tx, project.id, [streamId]);
  const stream = streams.get(streamId) as LockedStream;
  const users = await lockUsers(
    tx,
    project.id,
    await existingUsers(tx, project.id, inLockOrder([...stream.seenUsers, ...userIds])),
    [],
  );
  await lockStats(tx, project.id, inLockOrder([...users.values()].map((user) => user.profileId)));
  const deltas = new BatchDeltas(project.id, streams, users);
  deltas.beforeEvidence(stream);
  await change();
  const ids = [...users.keys()];
  await rebuildSpans(
    stream,
    await evidenceOf(tx, project.id, stream, ids),
    await extIds(tx, project.id, ids),
    partitionParams(stream.streamClass, project),
    evidenceReader(tx, project.id),
  );
  deltas.afterEvidence(stream);
  await deltas.write(unit);
}
