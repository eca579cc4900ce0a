import { requireMemberApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

type Context = { params: Promise<{ project: string }> };

/** Polled by the install page: the first event, if any. */
export const GET = handle(async (_request: Request, context: Context) => {
  const { scope } = await requireMemberApi((await context.params).project);
  return Response.json({ event: await newestEvent(scope) }, { headers: { "cache-control": "no-store" } });
});
