import { accountRows, loadAccountList } from "@/components/accounts/read-accounts";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { isUuid } from "@/lib/ids";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { accountMembersRule } from "@/lib/segments/named-rules";
import { readAccountFilter } from "@/lib/segments/read-account-filter";
import { getAccountSegment } from "@/lib/segments/segments.queries";
import { unknownSegment } from "@/lib/segments/segments.store";

type Context = { params: Promise<{ project: string; segmentId: string }> };

/** GET /{project}/segments/{segmentId}/accounts/rows?<as the list>&cursor= → { rows, next }: the next page of it. */
export const GET = handle(async (request, { params }: Context) => {
  const { project: projectId, segmentId } = await params;
  const { scope, member, project } = await requireMemberOrGuestApi(projectId);
  if (!isUuid(segmentId) || !(await getAccountSegment(scope, segmentId))) throw unknownSegment();
  const state = await loadAccountList(request);
  const filter = await readAccountFilter(scope, state.filter, accountMembersRule(segmentId));
  const path = `/${project.id}/segments/${segmentId}/accounts`;
  const page = await accountRows({
    scope,
    path,
    state,
    filter,
    layout: listLayout(scope, member?.id ?? null, "accounts"),
  });
  return Response.json(page, { headers: { "cache-control": "no-store" } });
});
