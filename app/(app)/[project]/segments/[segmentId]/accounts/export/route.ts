import { loadAccountList } from "@/components/accounts/read-accounts";
import { requireMemberApi } from "@/lib/auth/guard";
import { exportAccounts } from "@/lib/export/accounts";
import { handle } from "@/lib/http/handle";
import { isUuid } from "@/lib/ids";
import { accountMembersRule } from "@/lib/segments/named-rules";
import { requireAccountFilter } from "@/lib/segments/read-account-filter";
import { getAccountSegment } from "@/lib/segments/segments.queries";
import { unknownSegment } from "@/lib/segments/segments.store";

type Context = { params: Promise<{ project: string; segmentId: string }> };

/**
 * GET /{project}/segments/{segmentId}/accounts/export?<as the list>&columns= → the segment's accounts as a CSV file.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { project, segmentId } = await params;
  const { scope } = await requireMemberApi(project);
  if (!isUuid(segmentId) || !(await getAccountSegment(scope, segmentId))) throw unknownSegment();
  const { tab, search, filter: encoded, sort } = await loadAccountList(request);
  const filter = await requireAccountFilter(scope, encoded, accountMembersRule(segmentId));
  const columns = new URL(request.url).searchParams.get("columns");
  return exportAccounts(scope, { tab, search, filter, sort: sort ?? undefined }, columns);
});
