import { listAccounts } from "@/lib/accounts/list/list.queries";
import { accountsQuery } from "@/lib/api/account-schemas";
import { presentAccount, readAccountSort } from "@/lib/api/accounts";
import { parseQuery } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/accounts?tab=&search=&sort=&limit=&cursor= → { data: [account], next } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const { sort, ...query } = parseQuery(request, accountsQuery);
  const { rows, next } = await listAccounts(scope, { ...query, sort: readAccountSort(sort) });
  return Response.json({ data: rows.map(presentAccount), next });
});
