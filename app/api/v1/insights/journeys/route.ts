import { goalAndCohort, journeysQuerySchema, presentJourneys } from "@/lib/api/journey-schemas";
import { parseQuery } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { journeysCompared } from "@/lib/journeys/journeys.queries";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/insights/journeys?days=&goal= → Journeys */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const now = Date.now();
  const [goal, cohort] = goalAndCohort(parseQuery(request, journeysQuerySchema), now);
  const { journeys, before } = await journeysCompared(scope, goal, cohort, now);
  return Response.json(presentJourneys(journeys, before));
});
