import { parseQuery } from "@/lib/api/parse";
import { requireMemberApi } from "@/lib/auth/guard";
import { accountChoiceOf, accountChoiceSchema } from "@/lib/comparison/account-groups";
import { choiceOf, choiceSchema } from "@/lib/comparison/choice";
import { comparePeople } from "@/lib/comparison/compare";
import { compareAccounts } from "@/lib/comparison/compare-accounts";
import { comparisonCsv } from "@/lib/export/comparison";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/insights/compare/export, with the screen's parameters → every row as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  if (new URL(request.url).searchParams.get("of") === "accounts") {
    const choice = accountChoiceOf(parseQuery(request, accountChoiceSchema));
    return comparisonCsv(scope, await compareAccounts(scope, choice));
  }
  const choice = choiceOf(parseQuery(request, choiceSchema));
  return comparisonCsv(scope, await comparePeople(scope, choice));
});
