import { type Context, PAGE_FIELDS } from "@/lib/events/context";

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
