import type { Tx } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { inLockOrder } from "@/lib/identity/identities.store";
import { newId } from "@/lib/ids";
import { assignSession, openSession, type StreamSession } from "@/lib/sessions/assign";
import { sessionsOfStreams } from "@/lib/sessions/sessions.store";

type Placed = { operation: Operation; streamId: number | null };

/**
 * The session of each operation that has one: as sent, or one of its stream, however that one was created, or a new one
 * (docs/identity.md X5). Session ids in the batch are considered first, whatever the order of its messages.
 */
export async function sessionIds(
  tx: Tx,
  projectId: string,
  kept: readonly Placed[],
): Promise<Map<string, { sessionId: string; assigned: boolean }>> {
  const out = new Map<string, { sessionId: string; assigned: boolean }>();
  const homeless = kept.filter(({ operation, streamId }) => {
    if (operation.sessionId !== null) out.set(operation.id, { sessionId: operation.sessionId, assigned: false });
    return operation.sessionId === null && streamId !== null && operation.active;
  });
  if (homeless.length === 0) return out;
  const times = homeless.map((b) => b.operation.ts);
  const open = await sessionsOfStreams(
    tx,
    projectId,
    inLockOrder(homeless.map((b) => b.streamId)),
    times.reduce((a, b) => Math.min(a, b)),
    times.reduce((a, b) => Math.max(a, b)),
  );
  const sessionsOf = (streamId: number | null): Map<string, StreamSession> => {
    const sessions = open.get(streamId as number) ?? new Map<string, StreamSession>();
    open.set(streamId as number, sessions);
    return sessions;
  };
  for (const { operation, streamId } of kept)
    if (operation.sessionId !== null && streamId !== null && operation.active)
      openSession(sessionsOf(streamId), operation.sessionId, operation.ts);
  const lists = new Map<number | null, StreamSession[]>();
  for (const { operation, streamId } of homeless.toSorted((a, b) => a.operation.ts - b.operation.ts)) {
    const sessions = lists.get(streamId) ?? [...sessionsOf(streamId).values()];
    lists.set(streamId, sessions);
    const { sessionId, assigned } = assignSession(sessions, operation.ts, newId);
    out.set(operation.id, { sessionId, assigned });
  }
  return out;
}
