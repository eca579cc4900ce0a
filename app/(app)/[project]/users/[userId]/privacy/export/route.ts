import { personExport } from "@/lib/api/person-export";
import { requireMemberApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string; userId: string }> };

/**
 * GET /{project}/users/{ref}/privacy/export?format= → everything stored of the person. Next has decoded `userId` once.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { project, userId } = await params;
  const { scope } = await requireMemberApi(project);
  return personExport(request, scope, userId);
});
