import { listAccounts } from "@/lib/accounts/list/list.queries";
import { accountsQuerySchema } from "@/lib/api/account-schemas";
import { presentAccount, readAccountSort } from "@/lib/api/accounts";
import { parseQuery } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { isUuid } from "@/lib/ids";
import { requireClient } from "@/lib/projects/clients";
import { accountMembersRule } from "@/lib/segments/named-rules";
import { requireAccountFilter } from "@/lib/segments/read-account-filter";
import { getAccountSegment } from "@/lib/segments/segments.queries";
import { unknownSegment } from "@/lib/segments/segments.store";

type Context = { params: Promise<{ id: string }> };

/** GET /api/v1/segments/{id}/accounts, with all parameters of /api/v1/accounts → { data: [account], next } */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const { id } = await params;
  if (!isUuid(id) || !(await getAccountSegment(scope, id))) throw unknownSegment();
  const { sort, filter: encoded, ...query } = parseQuery(request, accountsQuerySchema);
  const filter = await requireAccountFilter(scope, encoded, accountMembersRule(id));
  const { rows, next } = await listAccounts(scope, { ...query, filter, sort: readAccountSort(sort) });
  return Response.json({ data: rows.map(presentAccount), next });
});
