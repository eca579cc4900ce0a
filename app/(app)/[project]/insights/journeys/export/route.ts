import { journeysParams } from "@/components/insights/journeys-url";
import { requireMemberApi } from "@/lib/auth/guard";
import { columnNames } from "@/lib/export/columns";
import { exportJourneys } from "@/lib/export/journeys";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";
import { journeysCompared } from "@/lib/journeys/journeys.queries";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/insights/journeys/export?days=90&goal=exported → the screen's tables as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const search = new URL(request.url).searchParams;
  const now = Date.now();
  const { goal, cohort } = journeysParams(Object.fromEntries(search), now, await readerZone());
  const found = await journeysCompared(scope, goal, cohort, now);
  return exportJourneys(scope, found, columnNames(search.get("columns")));
});
