import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { rotateIdentifySecret } from "@/lib/projects/settings.store";

/**
 * POST /api/v1/project/identify-secret→ { identifySecret }: a new secret; the old one stops working. Needs a root key.
 */
export const POST = handle(async (request) => {
  const scope = await requireClient(request, "manage");
  return Response.json(
    { identifySecret: await rotateIdentifySecret(scope) },
    { headers: { "cache-control": "no-store" } },
  );
});
