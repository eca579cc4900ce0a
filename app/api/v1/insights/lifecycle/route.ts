import { lifecycleDays, lifecycleQuerySchema } from "@/lib/api/lifecycle-schemas";
import { parseQuery } from "@/lib/api/parse";
import { presentWeek } from "@/lib/api/present-lifecycle";
import { handle } from "@/lib/http/handle";
import { lifecycleProgress, lifecycleWeeks } from "@/lib/lifecycle/weeks.queries";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/insights/lifecycle?from=&to=&who= → { data: [week], settled } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const query = parseQuery(request, lifecycleQuerySchema);
  const now = Date.now();
  const weeks = await lifecycleWeeks(scope, { ...lifecycleDays(query, now), who: query.who }, now);
  const progress = await lifecycleProgress(scope, query.who);
  return Response.json({ data: weeks.map(presentWeek), settled: progress === "settled" });
});
