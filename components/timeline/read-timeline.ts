import "server-only";
import { jumpTargetOf, type ReadItems, readTimelineAt } from "@/components/timeline/read-page";
import { loadTimelineParams, timelineFilterOf } from "@/components/timeline/timeline-url";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { readerZone } from "@/lib/http/zone";
import type { Scope } from "@/lib/scope";

type Search = Record<string, string | string[] | undefined>;

/**
 * A timeline in the state of a page's URL. The page is read in parallel with `displays`, unless its filter needs them.
 */
export async function readTimeline(scope: Scope, read: ReadItems, searchParams: Promise<Search>) {
  const [reading] = awaitedLater(eventDisplays(scope));
  const [search, state, zone] = await Promise.all([searchParams, loadTimelineParams(searchParams), readerZone()]);
  const clock = { now: Date.now(), zone };
  const place = jumpTargetOf(state, zone);
  const filter = timelineFilterOf(state, state.conversions ? conversionNames(await reading) : [], zone);
  const [displays, page] = await Promise.all([reading, readTimelineAt(read, place, { order: state.order, filter })]);
  return { search, state, clock, place, filter, displays, page };
}
