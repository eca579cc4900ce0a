import { type Context, PAGE_FIELDS } from "@/lib/events/context";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";

/** The sessions of a batch: which one each operation belongs to, and what the batch adds to each. */

/**
 * The silence, in ms, after which a person's next event starts a new session. The same as OpenPanel's SESSION_TIMEOUT
 * and GA4's default; docs/decisions/0004-sessions.md has the reasons.
 */
export const SESSION_IDLE_MS = 30 * 60 * 1000;

/** A session of a stream; `assigned`: the server created its id, as no SDK sent one. Times in ms. */
export type StreamSession = { sessionId: string; startedAt: number; endedAt: number; assigned: boolean };

/** An operation, and its stream's internal id. */
export type Placed = { operation: Operation; streamId: number | null };

/** Sessions by the operation's id. `assigned`: as in StreamSession. */
export type Assignments = Map<string, { sessionId: string; assigned: boolean }>;

/**
 * The session of each operation that has one: as sent, or an existing one of its stream, or a new one
 * (docs/identity.md X5). Session ids in the batch are considered first, whatever the order of its messages.
 * `unassigned`: the operations that need one. `open`: the sessions that these could join, by stream and session;
 * mutated.
 */
export function assignSessions(
  placed: readonly Placed[],
  unassigned: readonly Placed[],
  open: Map<number, Map<string, StreamSession>>,
): Assignments {
  const assignments: Assignments = new Map();
  for (const { operation } of placed)
    if (operation.sessionId !== null)
      assignments.set(operation.id, { sessionId: operation.sessionId, assigned: false });
  if (unassigned.length === 0) return assignments;
  const sessionsOf = (streamId: number | null): Map<string, StreamSession> => {
    const sessions = open.get(streamId as number) ?? new Map<string, StreamSession>();
    open.set(streamId as number, sessions);
    return sessions;
  };
  for (const { operation, streamId } of placed)
    if (operation.sessionId !== null && streamId !== null && operation.active)
      extendSession(sessionsOf(streamId), operation.sessionId, operation.ts);
  const lists = new Map<number | null, StreamSession[]>();
  for (const { operation, streamId } of unassigned.toSorted((a, b) => a.operation.ts - b.operation.ts)) {
    const sessions = lists.get(streamId) ?? [...sessionsOf(streamId).values()];
    lists.set(streamId, sessions);
    const { sessionId, assigned } = assignSession(sessions, operation.ts);
    assignments.set(operation.id, { sessionId, assigned });
  }
  return assignments;
}

/**
 * Returns the session of an event at `ts`: the nearest within 30 minutes, or a new one (docs/identity.md X5). Mutates
 * `sessions`, so that the next event of the batch sees it. O(sessions).
 */
function assignSession(sessions: StreamSession[], ts: number): StreamSession {
  let nearest: StreamSession | undefined;
  let distance = SESSION_IDLE_MS;
  for (const session of sessions) {
    const away = Math.max(session.startedAt - ts, ts - session.endedAt, 0);
    if (away <= distance && (away < distance || !nearest)) {
      nearest = session;
      distance = away;
    }
  }
  if (!nearest) {
    nearest = { sessionId: newId(), startedAt: ts, endedAt: ts, assigned: true };
    sessions.push(nearest);
  }
  nearest.startedAt = Math.min(nearest.startedAt, ts);
  nearest.endedAt = Math.max(nearest.endedAt, ts);
  return nearest;
}

/**
 * Adds an event at `ts` with a session id of its SDK to the stream's sessions, so that events of the batch without an
 * id can join it.
 */
function extendSession(sessions: Map<string, StreamSession>, sessionId: string, ts: number): void {
  const known = sessions.get(sessionId);
  sessions.set(sessionId, {
    sessionId,
    startedAt: Math.min(known?.startedAt ?? ts, ts),
    endedAt: Math.max(known?.endedAt ?? ts, ts),
    assigned: known?.assigned ?? false,
  });
}

/** The fields of an active event that sessions use. */
export type SessionEvent = {
  id: string;
  ts: number;
  sessionId: string;
  actorId: number;
  streamId: number | null;
  assigned: boolean;
  isPageView: boolean;
  revenue: number;
  path: string | null;
  context: Context;
};

/**
 * A (session, actor) row, or what a batch adds to one: minima, maxima, first and last values, and sums
 * (docs/identity.md R9).
 */
export type SessionDelta = {
  sessionId: string;
  actorId: number;
  streamId: number | null;
  assigned: boolean;
  startedAt: number;
  startedId: string;
  endedAt: number;
  events: number;
  pageViews: number;
  revenue: number;
  entry: { path: string; at: number; id: string } | null;
  exit: { path: string; at: number; id: string } | null;
  /**
   * The context of the first event with a page, else of the first event: it has the visit's source, whichever call came
   * first.
   */
  context: Context;
  contextAt: number;
  contextId: string;
};

/** Folds events into one row per (session, actor). The result does not depend on their order. O(n). */
export function sessionsOfBatch(events: readonly SessionEvent[]): SessionDelta[] {
  const rows = new Map<string, SessionDelta>();
  for (const event of events) {
    const key = `${event.sessionId}:${event.actorId}`;
    const row = rows.get(key);
    if (row) extend(row, event);
    else rows.set(key, rowOf(event));
  }
  return [...rows.values()];
}

function rowOf(event: SessionEvent): SessionDelta {
  const page = pageOf(event);
  return {
    sessionId: event.sessionId,
    actorId: event.actorId,
    streamId: event.streamId,
    assigned: event.assigned,
    startedAt: event.ts,
    startedId: event.id,
    endedAt: event.ts,
    events: 1,
    pageViews: event.isPageView ? 1 : 0,
    revenue: event.revenue,
    entry: page,
    exit: page,
    context: event.context,
    contextAt: event.ts,
    contextId: event.id,
  };
}

function extend(row: SessionDelta, event: SessionEvent): void {
  const page = pageOf(event);
  if (isBefore(event.ts, event.id, row.startedAt, row.startedId)) {
    row.startedAt = event.ts;
    row.startedId = event.id;
  }
  const [eventHasPage, rowHasPage] = [hasPage(event.context), hasPage(row.context)];
  if (eventHasPage === rowHasPage ? isBefore(event.ts, event.id, row.contextAt, row.contextId) : eventHasPage) {
    row.context = event.context;
    row.contextAt = event.ts;
    row.contextId = event.id;
  }
  row.endedAt = Math.max(row.endedAt, event.ts);
  row.events += 1;
  row.pageViews += event.isPageView ? 1 : 0;
  row.revenue += event.revenue;
  row.streamId ??= event.streamId;
  if (page && (!row.entry || isBefore(page.at, page.id, row.entry.at, row.entry.id))) row.entry = page;
  if (page && (!row.exit || isBefore(row.exit.at, row.exit.id, page.at, page.id))) row.exit = page;
}

const pageOf = (event: SessionEvent) =>
  event.isPageView && event.path !== null ? { path: event.path, at: event.ts, id: event.id } : null;

const hasPage = (context: Context): boolean => PAGE_FIELDS.some((member) => context[member] !== undefined);

const isBefore = (at: number, id: string, otherAt: number, otherId: string): boolean =>
  at < otherAt || (at === otherAt && id < otherId);
