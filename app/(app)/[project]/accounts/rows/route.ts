import { accountRows, loadAccountList } from "@/components/accounts/read-accounts";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { readAccountFilter } from "@/lib/segments/read-account-filter";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/accounts/rows?<as the list>&cursor= → { rows, next }: the next page of the list. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope, member, project } = await requireMemberOrGuestApi((await params).project);
  const state = await loadAccountList(request);
  const layout = listLayout(scope, member?.id ?? null, "accounts");
  const filter = await readAccountFilter(scope, state.filter);
  const page = await accountRows({ scope, path: `/${project.id}/accounts`, state, filter, layout });
  return Response.json(page, { headers: { "cache-control": "no-store" } });
});
