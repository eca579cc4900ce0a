import { adoptionParams, shownFeature } from "@/components/insights/adoption-url";
import { findAccountByText } from "@/lib/accounts/list/find-account";
import { adoptionBy } from "@/lib/adoption/subjects";
import { requireMemberApi } from "@/lib/auth/guard";
import { exportAdoption, exportUse } from "@/lib/export/adoption";
import { columnNames } from "@/lib/export/columns";
import { featuresOf } from "@/lib/features/features.queries";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/insights/adoption/export?of=accounts&days=30&segment= → the table of features, or with
 * `by=week` of the weeks of one, as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const search = new URL(request.url).searchParams;
  const now = Date.now();
  const requested = adoptionParams(Object.fromEntries(search), now);
  const { of, segment, from, before } = requested;
  const { features } = await featuresOf(scope);
  const isByWeek = search.get("by") === "week";
  const account =
    requested.account === undefined ? null : await findAccountByText(scope, requested.account, requested.accountId);
  const feature = isByWeek ? shownFeature(features, requested) : undefined;
  const criteria = { of, segment, account: account?.id ?? null, from, before };
  const { adoption, use } = await adoptionBy(scope, { ...criteria, features, feature, now });
  const columns = columnNames(search.get("columns"));
  return isByWeek ? exportUse(scope, use, columns) : exportAdoption(scope, adoption, columns);
});
