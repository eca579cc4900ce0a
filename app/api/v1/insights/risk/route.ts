import { presentRisk } from "@/lib/api/present-risk";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { atRisk, riskState } from "@/lib/risk/risk.queries";

const MAX_PEOPLE = 100;

/** GET /api/v1/insights/risk → { day, horizonDays, hasModel, verdict, tracks, data: [person] } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const [state, people] = await Promise.all([riskState(scope), atRisk(scope, MAX_PEOPLE)]);
  return Response.json(presentRisk(state, people));
});
