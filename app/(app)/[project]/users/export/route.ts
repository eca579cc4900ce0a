import { requireMemberApi } from "@/lib/auth/guard";
import { exportColumns, exportCsv } from "@/lib/export/people";
import { handle } from "@/lib/http/handle";
import { listOptions } from "@/lib/segments/list-options";

type Context = { params: Promise<{ project: string }> };

/**
 * GET /{project}/users/export?tab=&window=&filter=&search=&sort=&internal=&columns=ref,email,p:plan → the list as a CSV
 * file, in its order.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const query = new URL(request.url).searchParams;
  const given = (name: string) => query.get(name) ?? undefined;
  const list = {
    tab: given("tab"),
    window: given("window"),
    sort: given("sort"),
    filter: given("filter"),
    internal: given("internal"),
  };
  const options = await listOptions(scope, list);
  return exportCsv(scope, { ...options, search: given("search") }, exportColumns(query.get("columns")));
});
