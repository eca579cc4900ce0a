import { ONLINE_MS } from "@/components/people/row";
import { newItemsReader, sinceParam } from "@/components/timeline/new-items";
import { personItems } from "@/components/timeline/read-page";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { type LiveMessage, liveResponse } from "@/lib/http/live";
import { presenceOf } from "@/lib/timeline/presence.queries";

/** Polling intervals in ms: while the person is online, and otherwise. */
const ONLINE_EVERY_MS = 1_000;
const OFFLINE_EVERY_MS = 4_000;

type Context = { params: Promise<{ project: string; ref: string }> };

/** Streams a person's events since `?since` (ms) and their presence. One small query per poll. */
export const GET = handle(async (request: Request, context: Context) => {
  const { project, ref } = await context.params; // decoded once, by Next
  const { scope } = await requireMemberOrGuestApi(project);
  const arrived = newItemsReader(personItems(scope, ref), sinceParam(request));
  await presenceOf(scope, ref); // answers 404 for an unknown person before streaming
  let sentPresence: string | undefined;
  return liveResponse(scope, request, async () => {
    const [fresh, presence] = await Promise.all([arrived(), presenceOf(scope, ref)]);
    const online = presence.lastSeen !== null && Date.now() - presence.lastSeen < ONLINE_MS;
    const where = online ? { title: presence.title ?? presence.path ?? "", path: presence.path } : null;
    const messages: LiveMessage[] = [];
    if (fresh.length > 0) messages.push({ event: "events", data: fresh });
    if (sentPresence !== JSON.stringify(where)) messages.push({ event: "presence", data: where });
    sentPresence = JSON.stringify(where);
    return { messages, everyMs: online ? ONLINE_EVERY_MS : OFFLINE_EVERY_MS };
  });
});
