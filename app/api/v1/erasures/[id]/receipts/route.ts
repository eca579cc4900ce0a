import { receiptsFile } from "@/lib/export/receipts";
import { handle } from "@/lib/http/handle";
import { requireBulk } from "@/lib/privacy/bulk";
import { requireServer } from "@/lib/projects/clients";

type Context = { params: Promise<{ id: string }> };

/** GET /api/v1/erasures/{id}/receipts → the receipts as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireServer(request);
  return receiptsFile(scope, await requireBulk(scope, (await params).id));
});
