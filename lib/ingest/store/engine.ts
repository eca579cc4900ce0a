import { writeAccounts } from "@/lib/accounts/accounts.store";
import { type EventWatch, eventWatch, recordEventFirings } from "@/lib/alerts/firings.store";
import { type Pool, pipelined, type Tx, type UnitOfWork } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import type { Operation, OperationOutcome } from "@/lib/events/operation";
import type { StreamEvidence } from "@/lib/identity/claim";
import { evidenceReader } from "@/lib/identity/evidence.queries";
import { inLockOrder, lockStreams, lockUsers } from "@/lib/identity/identities.store";
import type { LockedStream, LockedUser } from "@/lib/identity/locked-identities";
import { partitionParams } from "@/lib/identity/partition";
import type { PropertySpace } from "@/lib/identity/property-limits";
import { logSizes } from "@/lib/identity/property-log.store";
import { forgetIdentities } from "@/lib/identity/resolve.store";
import { daysOfLate, reopenDays, reopenDaysOfBatch } from "@/lib/overview/day-counts.store";
import { lockStatsOf } from "@/lib/profiles/profiles.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { addUsage, cacheUsage } from "@/lib/projects/usage.store";
import type { SessionEvent } from "@/lib/sessions/batch-sessions";
import { sessionIds, writeSessions } from "@/lib/sessions/sessions.store";
import { type Bound, type BoundBatch, bindToIds } from "./bind";
import { propertySpace, withinCeilings } from "./ceilings.queries";
import { BatchDeltas } from "./deltas";
import {
  emptyEvents,
  expectingNew,
  type InsertEvents,
  LimitWarnings,
  type StoredOperation,
  sessionsOf,
} from "./events.store";
import { decideOnArrival } from "./on-arrival";

/**
 * Stores a batch of one project's operations with all their effects, in one transaction (docs/identity.md E4). Returns
 * one outcome per operation, in order. O(batch) rows; reads events only where a span changes owner. Throws if the
 * database is unreachable or refuses the batch.
 */
export async function applyBatch(
  db: Pool,
  project: ProjectSettings,
  operations: readonly Operation[],
): Promise<OperationOutcome[]> {
  const allowed = await withinCeilings(db, project, operations);
  const store = async (insert: InsertEvents): Promise<OperationOutcome[]> => {
    const batch = await bindToIds(db, project, allowed);
    const space = await propertySpace(db, project, allowed);
    const watch = await eventWatch(db, project.id);
    return pipelined(db, (unit) => storeBatch(db, unit, project, allowed, batch, { space, watch, insert }));
  };
  return retrying(
    () => expectingNew(project.id, store),
    () => forgetIdentities(db),
  );
}

type BatchContext = {
  space: PropertySpace;
  watch: EventWatch;
  insert: InsertEvents;
};

/** The transaction of a batch; its statements follow the lock order (docs/identity.md E4). */
async function storeBatch(
  db: Pool,
  unit: UnitOfWork,
  project: ProjectSettings,
  operations: readonly Operation[],
  { bound, repeats }: BoundBatch,
  { space, watch, insert }: BatchContext,
): Promise<OperationOutcome[]> {
  const { tx } = unit;
  const streams = await lockStreams(tx, project.id, inLockOrder(bound.map((b) => b.streamId)));
  for (const one of bound) if (one.userId === null && isInErasedSpan(one, streams)) one.dropped ??= "before";
  const live = bound.filter((b) => b.dropped === null);
  const locking = lockAllUsers(tx, project.id, live, streams);
  unit.defer(locking);
  const sessions = await sessionIds(tx, project.id, live);
  const { claims, unchanged } = await decideOnArrival(live, streams, locking, Date.now());
  const rows = live.map(
    (b): StoredOperation => ({
      operation: b.operation,
      actorId: b.userId ?? b.streamId,
      streamId: b.streamId,
      sessionId: sessions.get(b.operation.id)?.sessionId ?? null,
      claim: claims.isAdmitted(b),
      unchanged: unchanged.has(b.operation.id),
      warnings: [...b.operation.warnings, ...b.ceilingWarnings, ...claims.warningsOf(b)],
    }),
  );
  const [inserted, users, uses] = await Promise.all([
    insert(tx, project.id, rows),
    locking,
    logSizes(tx, project.id, inLockOrder(live.filter(addsToPropertyLog).map((b) => b.userId ?? b.streamId))),
  ]);
  const added = live.flatMap((b, i) =>
    inserted.has(b.operation.id) ? [{ ...b, row: rows[i] as StoredOperation }] : [],
  );

  const limits = new LimitWarnings();
  const deltas = new BatchDeltas(project.id, streams, users, uses, space, limits.add);
  for (const { operation, userId, streamId } of added) deltas.add(operation, userId, streamId);
  await applyEvidence(tx, project, added, streams, deltas);
  await deltas.write(unit, claims.claimants);
  const erased = await writeAccounts(
    unit,
    project.id,
    added.map(({ operation, row }) => ({ operation, actorId: row.actorId })),
    space,
    limits.add,
    (uses) => cacheUsage(db, project.id, uses),
  );
  unit.defer(emptyEvents(tx, project.id, erased));
  unit.defer(limits.write(tx, project.id, new Map(added.map(({ operation, row }) => [operation.id, row.warnings]))));
  const visits = added.flatMap((one) => visitOf(one, sessions.get(one.operation.id)?.assigned ?? false));
  const now = Date.now();
  const late = await daysOfLate(
    tx,
    project.id,
    added.map(({ operation, row }) => ({ ts: operation.ts, sessionId: row.sessionId })),
    now,
  );
  if (visits.length > 0) unit.defer(writeSessions(tx, project.id, visits, reopenDaysOfBatch(project.id, late, now)));
  else unit.defer(reopenDays(tx, project.id, late));
  recordEventFirings(unit, project.id, watch, added);
  // Must come last: the next writer of this project's values waits for this row until the commit.
  unit.defer(addUsage(db, tx, project.id, { values: space.grown }));
  return outcomesOf(tx, project.id, operations, { bound, rows, inserted, repeats });
}

/** Logs every property change of a stream, but only increments of a user. */
const addsToPropertyLog = ({ userId, operation: { changes } }: Bound): boolean =>
  userId === null ? changes.length > 0 : changes.some(({ mode }) => mode === "increment");

type Added = Bound & { row: StoredOperation };

/** Applies the claims of inserted operations to their streams. Evidence from before a detachment is ignored (R14). */
async function applyEvidence(
  tx: Tx,
  project: ProjectSettings,
  added: readonly Added[],
  streams: ReadonlyMap<number, LockedStream>,
  deltas: BatchDeltas,
): Promise<void> {
  const evidence = new Map<number, StreamEvidence[]>();
  for (const { operation, userId, streamId, row } of added)
    if (userId !== null && streamId !== null && row.claim) {
      const detachedUntil = streams.get(streamId)?.detached.get(userId);
      if (detachedUntil !== undefined && operation.ts <= detachedUntil) continue;
      const points = evidence.get(streamId);
      if (points) points.push({ user: userId, t: operation.ts });
      else evidence.set(streamId, [{ user: userId, t: operation.ts }]);
    }
  const read = evidenceReader(tx, project.id);
  for (const [streamId, points] of evidence) {
    const stream = streams.get(streamId) as LockedStream;
    await deltas.applyEvidence(stream, points, partitionParams(stream.streamClass, project), read);
  }
}

/** The contribution of an inserted operation to its session; none without a session or activity. */
function visitOf({ operation, userId, streamId, row }: Added, assigned: boolean): SessionEvent[] {
  if (!operation.active || row.sessionId === null || row.actorId === null) return [];
  return [
    {
      id: operation.id,
      ts: operation.ts,
      sessionId: row.sessionId,
      actorId: userId ?? (streamId as number),
      streamId,
      assigned,
      isPageView: operation.name === "screen_view",
      revenue: operation.revenue ?? 0,
      path: operation.context.path ?? null,
      context: operation.context,
    },
  ];
}

/**
 * Locks the named users and the owners of the streams' spans, and their profiles' stats: everyone whose figures this
 * batch can change (phases 2 and 3 of the lock order, sent together).
 */
async function lockAllUsers(
  tx: Tx,
  projectId: string,
  live: readonly Bound[],
  streams: ReadonlyMap<number, LockedStream>,
): Promise<Map<number, LockedUser>> {
  const wanted = live.map((b) => b.userId);
  for (const stream of streams.values()) for (const span of stream.spans) if (span.owner) wanted.push(span.owner);
  const withProps = live.flatMap((b) => (b.userId !== null && b.operation.changes.length > 0 ? [b.userId] : []));
  const ids = inLockOrder(wanted);
  const [users] = await Promise.all([
    lockUsers(tx, projectId, ids, inLockOrder(withProps)),
    lockStatsOf(tx, projectId, ids),
  ]);
  return users;
}

/** Whether an anonymous operation falls into an erased span of a shared stream (R13). */
function isInErasedSpan({ streamId, operation }: Bound, streams: ReadonlyMap<number, LockedStream>): boolean {
  const stream = streamId === null ? undefined : streams.get(streamId);
  return stream?.spans.some((span) => span.owner === 0 && span.from <= operation.ts && operation.ts < span.to) ?? false;
}

async function outcomesOf(
  tx: Tx,
  projectId: string,
  operations: readonly Operation[],
  stored: {
    bound: readonly Bound[];
    rows: readonly StoredOperation[];
    inserted: ReadonlySet<string>;
    repeats: readonly number[];
  },
): Promise<OperationOutcome[]> {
  const byId = new Map(stored.rows.map((row) => [row.operation.id, row]));
  const duplicates = stored.rows.flatMap((row) => (stored.inserted.has(row.operation.id) ? [] : [row.operation.id]));
  const earlier = await sessionsOf(tx, projectId, duplicates);
  const repeats = new Set(stored.repeats);
  const dropped = new Map(stored.bound.flatMap((b) => (b.dropped ? [[b.operation.id, b.dropped] as const] : [])));
  return operations.map((operation, index): OperationOutcome => {
    const row = byId.get(operation.id);
    const isNew = stored.inserted.has(operation.id) && !repeats.has(index);
    return {
      status: dropped.has(operation.id) ? "dropped" : isNew ? "accepted" : "duplicate",
      deviceId: operation.anon,
      sessionId: earlier.get(operation.id) ?? row?.sessionId ?? operation.sessionId,
      warnings: row?.warnings ?? operation.warnings,
      erased: dropped.get(operation.id),
    };
  });
}
