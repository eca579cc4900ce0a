import { lifecycleParams } from "@/components/insights/lifecycle-url";
import { requireMemberApi } from "@/lib/auth/guard";
import { columnNames } from "@/lib/export/columns";
import { exportLifecycle } from "@/lib/export/lifecycle";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";
import { lifecycleWeeks } from "@/lib/lifecycle/weeks.queries";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/insights/lifecycle/export?days=90&who=everybody → the chart's weeks as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const search = new URL(request.url).searchParams;
  const now = Date.now();
  const { range, who } = lifecycleParams(Object.fromEntries(search), now, await readerZone());
  return exportLifecycle(
    scope,
    await lifecycleWeeks(scope, { ...range, who }, now),
    columnNames(search.get("columns")),
  );
});
