import { requireMemberApi } from "@/lib/auth/guard";
import { receiptsFile } from "@/lib/export/receipts";
import { handle } from "@/lib/http/handle";
import { requireBulk } from "@/lib/privacy/bulk";

type Context = { params: Promise<{ project: string; bulkId: string }> };

/** GET /{project}/erasures/bulk/{id}/export → the receipts as a CSV file. */
export const GET = handle(async (_request, { params }: Context) => {
  const { project, bulkId } = await params;
  const { scope } = await requireMemberApi(project);
  return receiptsFile(scope, await requireBulk(scope, bulkId));
});
