import { loadTimelineParams, timelineFilterOf } from "@/components/timeline/timeline-url";
import { requireMemberApi } from "@/lib/auth/guard";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { columnNames } from "@/lib/export/columns";
import { exportTimeline } from "@/lib/export/events";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";
import { requirePerson } from "@/lib/identity/person.queries";

type Context = { params: Promise<{ project: string; userId: string }> };

/**
 * GET /{project}/users/{ref}/export?<as the timeline> → the person's timeline as a CSV file. Next has decoded `userId`
 * once.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { project, userId } = await params;
  const { scope } = await requireMemberApi(project);
  await requirePerson(scope, userId);
  const state = loadTimelineParams(request);
  const filter = timelineFilterOf(state, conversionNames(await eventDisplays(scope)), await readerZone());
  const list = { order: state.order, filter };
  return exportTimeline(scope, userId, list, columnNames(new URL(request.url).searchParams.get("columns")));
});
