import { isUnfiltered, streamFilterOf, toStreamRow } from "@/components/events/stream-rows";
import { firstValue, internalOf } from "@/components/search-params";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { LATEST_MS } from "@/lib/format/storable";
import { handle } from "@/lib/http/handle";
import { liveResponse } from "@/lib/http/live";
import { requirePeopleFilter } from "@/lib/segments/read-filter";
import { streamEvents } from "@/lib/timeline/project-events.queries";
import { recentEvents } from "@/lib/timeline/recent-events.queries";

/** Polling interval, in ms. */
const EVERY_MS = 1_500;
/** Events may arrive this late relative to newer ones, in ms. */
const LATE_MS = 60_000;
/** Maximum of events sent per poll: more than anyone can read in that time. */
const MAX_EVENTS = 100;
/** Maximum of event ids remembered as sent. */
const MAX_SENT = 20_000;

type Context = { params: Promise<{ project: string }> };

/** Streams all events since `?since` (ms) that match the filter. */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope, project } = await requireMemberOrGuestApi((await context.params).project);
  const search = Object.fromEntries(new URL(request.url).searchParams);
  const since = Number(search.since);
  if (!Number.isSafeInteger(since) || since <= 0 || since > LATEST_MS) {
    throw new AppError("bad_request", "since is a time in milliseconds.", { field: "since" });
  }
  const filter = streamFilterOf(search);
  const people = await requirePeopleFilter(scope, firstValue(search, "filter") ?? "", internalOf(search));
  const withIdentifies = isUnfiltered(filter) && people === undefined;
  const sent = new Set<string>();
  let from = since - LATE_MS;
  return liveResponse(scope, request, async () => {
    const began = performance.now();
    const [{ rows }, recent] = await Promise.all([
      streamEvents(scope, {
        filter: { ...filter, people, after: from, before: Number.POSITIVE_INFINITY },
        limit: MAX_EVENTS,
      }),
      withIdentifies ? recentEvents(scope, MAX_EVENTS, filter) : [],
    ]);
    const identifies = recent.filter(({ kind, ts }) => kind === "identify" && ts >= from);
    const fresh = [...rows, ...identifies]
      .filter(({ id }) => !sent.has(id))
      .sort((a, b) => b.ts - a.ts || (a.id < b.id ? 1 : -1));
    if (sent.size > MAX_SENT) sent.clear();
    for (const { id } of fresh) sent.add(id);
    from = Math.max(from, (rows[0]?.ts ?? from) - LATE_MS);
    const messages =
      fresh.length === 0 ? [] : [{ event: "events", data: fresh.map((event) => toStreamRow(event, project.id)) }];
    // Evaluating a rule may be slow, so it gets at most a tenth of the time.
    return { messages, everyMs: Math.max(EVERY_MS, 9 * (performance.now() - began)) };
  });
});
