import { loadAccountList, selectionOf } from "@/components/accounts/rows";
import { requireMemberApi } from "@/lib/auth/guard";
import { exportAccounts } from "@/lib/export/accounts";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/accounts/export?tab=&search=&filter=&sort=&columns=id,people,p:plan → the list as a CSV file, in its order. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const state = await loadAccountList(request);
  const columns = new URL(request.url).searchParams.get("columns");
  return exportAccounts(scope, { ...selectionOf(scope, state), sort: state.sort ?? undefined }, columns);
});
