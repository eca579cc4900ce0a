import { loadAccountList } from "@/components/accounts/read-accounts";
import { requireMemberApi } from "@/lib/auth/guard";
import { exportAccounts } from "@/lib/export/accounts";
import { handle } from "@/lib/http/handle";
import { requireAccountFilter } from "@/lib/segments/read-account-filter";

type Context = { params: Promise<{ project: string }> };

/**
 * GET /{project}/accounts/export?tab=&search=&filter=&sort=&columns=id,people,p:plan → the list as a CSV file, in its
 * order.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const { tab, search, filter: encoded, sort } = await loadAccountList(request);
  const columns = new URL(request.url).searchParams.get("columns");
  const filter = await requireAccountFilter(scope, encoded);
  return exportAccounts(scope, { tab, search, filter, sort: sort ?? undefined }, columns);
});
