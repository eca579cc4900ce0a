import { journeysAsked, journeysQuery, presentJourneys } from "@/lib/api/journey-schemas";
import { parseQuery } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { journeysOf } from "@/lib/journeys/journeys.queries";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/insights/journeys?days=&goal= → Journeys */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const [goal, cohort] = journeysAsked(parseQuery(request, journeysQuery), Date.now());
  return Response.json(presentJourneys(await journeysOf(scope, goal, cohort)));
});
