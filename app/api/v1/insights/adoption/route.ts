import { adoptionQuerySchema, readAdoption } from "@/lib/api/adoption-schemas";
import { parseQuery } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/insights/adoption?days=&segment= → Adoption */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  return Response.json(await readAdoption(scope, parseQuery(request, adoptionQuerySchema), Date.now()));
});
