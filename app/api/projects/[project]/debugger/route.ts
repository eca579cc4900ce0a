import { requireMemberApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { debuggerView } from "@/lib/ingest/http/debugger-view";

type Context = { params: Promise<{ project: string }> };

/** Polled by the debugger every second: the messages after number `after`. */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope } = await requireMemberApi((await context.params).project);
  const after = Number(new URL(request.url).searchParams.get("after"));
  const seen = await debuggerView(scope, request.headers, Number.isSafeInteger(after) && after > 0 ? after : 0);
  return Response.json(seen, { headers: { "cache-control": "no-store" } });
});
