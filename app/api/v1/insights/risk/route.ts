import { parseQuery } from "@/lib/api/parse";
import { presentAccountRisk, presentRisk } from "@/lib/api/present-risk";
import { riskQuerySchema } from "@/lib/api/risk-schemas";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { accountsAtRisk, quietChampions } from "@/lib/risk/account-risk.queries";
import { atRisk, riskState } from "@/lib/risk/risk.queries";

const MAX_ROWS = 100;

/**
 * GET /api/v1/insights/risk?of=accounts → { day, horizonDays, hasModel, verdict, tracks, data: [person or account] }
 */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const { of } = parseQuery(request, riskQuerySchema);
  const state = await riskState(scope, of);
  return Response.json(
    of === "people"
      ? presentRisk(state, await atRisk(scope, MAX_ROWS))
      : presentAccountRisk(state, await accountsAtRisk(scope, MAX_ROWS), await quietChampions(scope, MAX_ROWS)),
  );
});
