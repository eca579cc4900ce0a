import { requireMemberApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { debuggerView } from "@/lib/ingest/http/debugger-view";
import { firstSteps } from "@/lib/timeline/first-steps.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

type Context = { params: Promise<{ project: string }> };

/** Polled by the install page: the first steps so far, or why a request that was probably one of them failed. */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope } = await requireMemberApi((await context.params).project);
  const [event, steps] = await Promise.all([newestEvent(scope), firstSteps(scope)]);
  const stray = event ? undefined : (await debuggerView(scope, request.headers)).unmatched[0];
  const answer = { event, steps, stray: stray ? { via: stray.via, reason: stray.reason } : null };
  return Response.json(answer, { headers: { "cache-control": "no-store" } });
});
