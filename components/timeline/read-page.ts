import "server-only";
import { parseEventKey, type TimelineItem, type TimelinePage, toItem } from "@/components/timeline/item";
import { withAccountNames } from "@/components/timeline/read-account-names";
import type { TimelineOrder, TimelineParams } from "@/components/timeline/timeline-url";
import { parseDay, startOfDay } from "@/lib/format/range";
import type { PersonOrRef } from "@/lib/identity/person.queries";
import type { Scope } from "@/lib/scope";
import { listEvents } from "@/lib/timeline/timeline.queries";
import type { ListEventsOptions, TimelineFilter } from "@/lib/timeline/types";

/** Events per page of the timeline, and above a jump target. */
const PAGE_EVENTS = 60;
const ABOVE_EVENTS = 20;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Reads a page of any timeline. */
export type ReadItems = (options: ListEventsOptions) => Promise<{ items: TimelineItem[]; next: string | null }>;

/** A person's timeline. */
export const personItems =
  (scope: Scope, who: PersonOrRef): ReadItems =>
  async (options) => {
    const { rows, next } = await listEvents(scope, who, { ...options, includeProperties: true });
    return { items: await withAccountNames(scope, rows.map(toItem)), next };
  };

type From = { order: TimelineOrder; filter: TimelineFilter | undefined };

/** The jump target of a URL: `ts` (ms) is the first time below it. null: the start of the timeline. */
export function jumpTargetOf(params: TimelineParams, zone: string): { ts: number } | null {
  const event = params.event === null ? null : parseEventKey(params.event);
  if (event) return { ts: event.ts };
  if (params.until !== null && /^\d{1,15}$/.test(params.until)) return { ts: Number(params.until) };
  const day = parseDay(params.on ?? undefined);
  if (day === null) return null;
  // The start of the day in the order shown.
  return { ts: params.order === "desc" ? startOfDay(day + DAY_MS, zone) - 1 : startOfDay(day, zone) };
}

/** The page at a jump target, with some events above it, or the first page. At most two keyset reads. */
export async function readTimelineAt(read: ReadItems, place: { ts: number } | null, from: From): Promise<TimelinePage> {
  if (place === null) return readPageAt(read, "below", undefined, from);
  const desc = from.order === "desc";
  const [below, above] = await Promise.all([
    read({ ...from, limit: PAGE_EVENTS, ...(desc ? { before: place.ts + 1 } : { after: place.ts }) }),
    read({
      filter: from.filter,
      order: desc ? "asc" : "desc",
      limit: ABOVE_EVENTS,
      ...(desc ? { after: place.ts + 1 } : { before: place.ts }),
    }),
  ]);
  return { items: [...above.items.reverse(), ...below.items], above: above.next, below: below.next };
}

/** The page at a cursor, on either side of the loaded ones. Throws bad_request for an invalid cursor. */
export async function readPageAt(
  read: ReadItems,
  side: "above" | "below",
  cursor: string | undefined,
  { order, filter }: From,
): Promise<TimelinePage> {
  const opposite = order === "desc" ? "asc" : "desc";
  const { items, next } = await read({
    order: side === "below" ? order : opposite,
    limit: PAGE_EVENTS,
    cursor,
    filter,
  });
  return side === "below" ? { items, above: null, below: next } : { items: items.reverse(), above: next, below: null };
}
