import { parseQuery } from "@/lib/api/parse";
import { presentAccountComparison } from "@/lib/api/present-comparison";
import { accountChoiceOf, accountChoiceSchema } from "@/lib/comparison/account-groups";
import { compareAccounts } from "@/lib/comparison/compare-accounts";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/insights/compare/accounts?pair=retained&days=30 → { a, b, leftOut, estimate, rows } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const choice = accountChoiceOf(parseQuery(request, accountChoiceSchema));
  return Response.json(presentAccountComparison(await compareAccounts(scope, choice), choice.days));
});
