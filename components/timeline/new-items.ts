import "server-only";
import type { TimelineItem } from "@/components/timeline/item";
import type { ReadItems } from "@/components/timeline/read-page";
import { AppError } from "@/lib/errors";
import { LATEST_MS } from "@/lib/format/storable";

/** Events may arrive this late relative to newer ones (two tabs, a faster server), in ms. */
const LATE_MS = 2 * 60_000;
/** Maximum of events read per poll. */
const MAX_EVENTS = 200;

/** `?since` of a live view, in ms. Throws bad_request. */
export function sinceParam(request: Request): number {
  const since = Number(new URL(request.url).searchParams.get("since"));
  if (Number.isSafeInteger(since) && since > 0 && since <= LATEST_MS) return since;
  throw new AppError("bad_request", "since is a time in milliseconds.", { field: "since" });
}

/** New events on a timeline since the last call (at first since `since`, ms), including late ones, oldest first. */
export function newItemsReader(read: ReadItems, since: number): () => Promise<TimelineItem[]> {
  const sent = new Set<string>();
  let from = since - LATE_MS;
  return async () => {
    const { items } = await read({ order: "asc", limit: MAX_EVENTS, includeProperties: true, after: from });
    const fresh = items.filter(({ id }) => !sent.has(id));
    for (const { id } of fresh) sent.add(id);
    const last = items.at(-1)?.ts ?? from;
    from = items.length === MAX_EVENTS ? last : Math.max(from, last - LATE_MS);
    return fresh;
  };
}
