import { accountItems } from "@/components/accounts/read-timeline-items";
import { newItemsReader, sinceParam } from "@/components/timeline/new-items";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { liveResponse } from "@/lib/http/live";
import { requireAccountId } from "@/lib/ingest/corrections/accounts";

/** Polling interval, in ms, and the share of the time that it may take: an account has hundreds of people. */
const EVERY_MS = 1_500;
const REST = 9;

type Context = { params: Promise<{ project: string }> };

/** Streams the joint timeline of the account `?id` since `?since` (ms). */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope } = await requireMemberOrGuestApi((await context.params).project);
  const since = sinceParam(request);
  const account = await requireAccountId(scope, new URL(request.url).searchParams.get("id") ?? "");
  const arrived = newItemsReader(accountItems(scope, account), since);
  return liveResponse(scope, request, async () => {
    const began = performance.now();
    const items = await arrived();
    const messages = items.length === 0 ? [] : [{ event: "events", data: items }];
    return { messages, everyMs: Math.max(EVERY_MS, REST * (performance.now() - began)) };
  });
});
