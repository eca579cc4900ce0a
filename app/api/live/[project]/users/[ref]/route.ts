import { ONLINE_MS } from "@/components/people/row";
import { toItem } from "@/components/timeline/item";
import { requireMemberApi } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { LATEST_MS } from "@/lib/format/storable";
import { handle } from "@/lib/http/handle";
import { type LiveMessage, liveResponse } from "@/lib/http/live";
import { presenceOf } from "@/lib/timeline/presence.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";

/** Polling intervals in ms: while the person is online, and otherwise. */
const ONLINE_EVERY_MS = 1_000;
const OFFLINE_EVERY_MS = 4_000;
/** Events may arrive this late relative to newer ones (two tabs, a faster server), in ms. */
const LATE_MS = 2 * 60_000;
/** Maximum of events sent per poll. */
const MAX_EVENTS = 200;

type Context = { params: Promise<{ project: string; ref: string }> };

/** Streams a person's events since `?since` (ms) and their presence. One small query per poll. */
export const GET = handle(async (request: Request, context: Context) => {
  const { project, ref } = await context.params; // decoded once, by Next
  const { scope } = await requireMemberApi(project);
  const since = Number(new URL(request.url).searchParams.get("since"));
  if (!Number.isSafeInteger(since) || since <= 0 || since > LATEST_MS) {
    throw new AppError("bad_request", "since is a time in milliseconds.", { field: "since" });
  }
  await presenceOf(scope, ref); // answers 404 for an unknown person before streaming
  const sent = new Set<string>();
  let sentPresence: string | undefined;
  let from = since - LATE_MS;
  return liveResponse(scope, request, async () => {
    const [{ rows }, presence] = await Promise.all([
      listEvents(scope, ref, { order: "asc", limit: MAX_EVENTS, includeProperties: true, after: from }),
      presenceOf(scope, ref),
    ]);
    const fresh = rows.filter(({ id }) => !sent.has(id));
    for (const { id } of fresh) sent.add(id);
    const last = rows.at(-1)?.ts ?? from;
    from = rows.length === MAX_EVENTS ? last : Math.max(from, last - LATE_MS);
    const online = presence.lastSeen !== null && Date.now() - presence.lastSeen < ONLINE_MS;
    const where = online ? { title: presence.title ?? presence.path ?? "", path: presence.path } : null;
    const messages: LiveMessage[] = [];
    if (fresh.length > 0) messages.push({ event: "events", data: fresh.map(toItem) });
    if (sentPresence !== JSON.stringify(where)) messages.push({ event: "presence", data: where });
    sentPresence = JSON.stringify(where);
    return { messages, everyMs: online ? ONLINE_EVERY_MS : OFFLINE_EVERY_MS };
  });
});
