import { loadUserListParams, peopleRows } from "@/components/users/read-people";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { readFilter } from "@/lib/segments/read-filter";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/users/rows?<as the list>&cursor= → { rows, next }: the next page of the list. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope, member, project } = await requireMemberOrGuestApi((await params).project);
  const state = loadUserListParams(request);
  const [filter, layout] = await Promise.all([
    readFilter(scope, state.filter),
    listLayout(scope, member?.id ?? null, "users"),
  ]);
  const page = await peopleRows({ scope, path: `/${project.id}/users`, state, filter, layout });
  return Response.json(page, { headers: { "cache-control": "no-store" } });
});
