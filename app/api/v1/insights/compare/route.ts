import { parseQuery } from "@/lib/api/parse";
import { presentComparison } from "@/lib/api/present-comparison";
import { choiceOf, choiceSchema } from "@/lib/comparison/choice";
import { comparePeople } from "@/lib/comparison/compare";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/insights/compare?pair=retained&of=firstSeen&days=7 → { a, b, leftOut, estimate, rows } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const choice = choiceOf(parseQuery(request, choiceSchema));
  return Response.json(presentComparison(await comparePeople(scope, choice)));
});
