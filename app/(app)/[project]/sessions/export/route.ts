import { firstValue, internalOf, rangeParamsOf } from "@/components/search-params";
import { visitsFilterOf } from "@/components/sessions/visits-url";
import { requireMemberApi } from "@/lib/auth/guard";
import { columnNames } from "@/lib/export/columns";
import { exportVisits } from "@/lib/export/sessions";
import { rangeOf } from "@/lib/format/range";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";
import { requirePeopleFilter } from "@/lib/segments/read-filter";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/sessions/export?<as the list>&columns=startedAt,person → the visits of the list as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const query = new URL(request.url).searchParams;
  const search = Object.fromEntries(query);
  const range = rangeOf(rangeParamsOf(search), Date.now(), await readerZone());
  const people = await requirePeopleFilter(scope, firstValue(search, "filter") ?? "", internalOf(search));
  const filter = { ...visitsFilterOf(search), people, after: range.from, before: range.to };
  return exportVisits(scope, filter, columnNames(query.get("columns")));
});
