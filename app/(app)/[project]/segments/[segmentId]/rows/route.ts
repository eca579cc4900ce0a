import { loadUserListParams, peopleRows } from "@/components/users/read-people";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { isUuid } from "@/lib/ids";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { membersRule } from "@/lib/segments/named-rules";
import { readFilter } from "@/lib/segments/read-filter";
import { getSegment } from "@/lib/segments/segments.queries";
import { unknownSegment } from "@/lib/segments/segments.store";

type Context = { params: Promise<{ project: string; segmentId: string }> };

/** GET /{project}/segments/{segmentId}/rows?<as the list>&cursor= → { rows, next }: the next page of members. */
export const GET = handle(async (request, { params }: Context) => {
  const { project: projectId, segmentId } = await params;
  const { scope, member, project } = await requireMemberOrGuestApi(projectId);
  if (!isUuid(segmentId) || !(await getSegment(scope, segmentId))) throw unknownSegment();
  const state = loadUserListParams(request);
  const [filter, layout] = await Promise.all([
    readFilter(scope, state.filter, membersRule(segmentId)),
    listLayout(scope, member?.id ?? null, "users"),
  ]);
  const path = `/${project.id}/segments/${segmentId}`;
  return Response.json(await peopleRows({ scope, path, state, filter, layout }), {
    headers: { "cache-control": "no-store" },
  });
});
