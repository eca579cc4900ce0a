import { presentBulk } from "@/lib/api/erasures";
import { handle } from "@/lib/http/handle";
import { requireBulk } from "@/lib/privacy/bulk";
import { requireServer } from "@/lib/projects/clients";

type Context = { params: Promise<{ id: string }> };

/** GET /api/v1/erasures/{id} → its progress. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireServer(request);
  return Response.json(presentBulk(await requireBulk(scope, (await params).id)));
});
