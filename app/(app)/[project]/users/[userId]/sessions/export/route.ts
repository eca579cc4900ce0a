import { requireMemberApi } from "@/lib/auth/guard";
import { requirePerson } from "@/lib/db/queries-person";
import { columnNames } from "@/lib/export/columns";
import { exportSessionsOf } from "@/lib/export/sessions";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string; userId: string }> };

/** GET /{project}/users/{ref}/sessions/export → the person's visits as a CSV file. Next has decoded `userId` once. */
export const GET = handle(async (request, { params }: Context) => {
  const { project, userId } = await params;
  const { scope } = await requireMemberApi(project);
  await requirePerson(scope, userId);
  return exportSessionsOf(scope, userId, columnNames(new URL(request.url).searchParams.get("columns")));
});
