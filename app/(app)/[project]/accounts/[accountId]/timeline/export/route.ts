import { loadTimelineParams, timelineFilterOf } from "@/components/timeline/timeline-url";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { accountIdFromUrl } from "@/lib/accounts/url-id";
import { requireMemberApi } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { columnNames } from "@/lib/export/columns";
import { exportAccountTimeline } from "@/lib/export/events";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";

type Context = { params: Promise<{ project: string; accountId: string }> };

/** GET /{project}/accounts/{id}/timeline/export?<as the timeline> → what its people did as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { project, accountId } = await params;
  const { scope } = await requireMemberApi(project);
  const id = accountIdFromUrl(accountId);
  const account = id === null ? null : await accountSummary(scope, id);
  if (!account) throw new AppError("not_found", "There is no account with this id.");
  const state = loadTimelineParams(request);
  const filter = timelineFilterOf(state, conversionNames(await eventDisplays(scope)), await readerZone());
  const columns = columnNames(new URL(request.url).searchParams.get("columns"));
  return exportAccountTimeline(scope, account.id, { order: state.order, filter }, columns);
});
