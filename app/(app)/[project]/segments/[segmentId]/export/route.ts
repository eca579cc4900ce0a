import { requireMemberApi } from "@/lib/auth/guard";
import { exportColumns, exportCsv } from "@/lib/export/people";
import { handle } from "@/lib/http/handle";
import { isUuid } from "@/lib/ids";
import { listOptions } from "@/lib/segments/list-options";
import { membersRule } from "@/lib/segments/named-rules";
import { getSegment } from "@/lib/segments/segments.queries";
import { unknownSegment } from "@/lib/segments/segments.store";

type Context = { params: Promise<{ project: string; segmentId: string }> };

/**
 * GET /{project}/segments/{segmentId}/export?tab=&window=&filter=&search=&sort=&internal=&columns= → the segment's
 * members as a CSV file.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { project, segmentId } = await params;
  const { scope } = await requireMemberApi(project);
  if (!isUuid(segmentId) || !(await getSegment(scope, segmentId))) throw unknownSegment();
  const query = new URL(request.url).searchParams;
  const given = (name: string) => query.get(name) ?? undefined;
  const list = {
    tab: given("tab"),
    window: given("window"),
    sort: given("sort"),
    filter: given("filter"),
    internal: given("internal"),
  };
  const options = await listOptions(scope, list, membersRule(segmentId));
  return exportCsv(scope, { ...options, search: given("search") }, exportColumns(query.get("columns")));
});
