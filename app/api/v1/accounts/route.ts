import { listAccounts } from "@/lib/accounts/list/list.queries";
import { accountsQuerySchema } from "@/lib/api/account-schemas";
import { presentAccount, readAccountSort } from "@/lib/api/accounts";
import { parseQuery } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { requireAccountFilter } from "@/lib/segments/read-account-filter";

/** GET /api/v1/accounts?tab=&search=&filter=&sort=&limit=&cursor= → { data: [account], next } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const { sort, filter: encoded, ...query } = parseQuery(request, accountsQuerySchema);
  const filter = await requireAccountFilter(scope, encoded);
  const { rows, next } = await listAccounts(scope, { ...query, filter, sort: readAccountSort(sort) });
  return Response.json({ data: rows.map(presentAccount), next });
});
