import { rangeParamsOf } from "@/components/search-params";
import { requireMemberApi } from "@/lib/auth/guard";
import { exportActive } from "@/lib/export/active";
import { columnNames } from "@/lib/export/columns";
import { rangeOf } from "@/lib/format/range";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";
import { ACTIVE_PEOPLE_KINDS } from "@/lib/overview/types";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/overview/people/export?show=new&days=30 → the people the overview counts as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const query = new URL(request.url).searchParams;
  const search = Object.fromEntries(query);
  const range = rangeOf(rangeParamsOf(search), Date.now(), await readerZone());
  const show = ACTIVE_PEOPLE_KINDS.find((one) => one === search.show) ?? "active";
  return exportActive(scope, range, show, columnNames(query.get("columns")));
});
