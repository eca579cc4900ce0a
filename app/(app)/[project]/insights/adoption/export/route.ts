import { adoptionParams } from "@/components/insights/adoption-url";
import { adoptionBy } from "@/lib/adoption/subjects";
import { requireMemberApi } from "@/lib/auth/guard";
import { exportAdoption } from "@/lib/export/adoption";
import { columnNames } from "@/lib/export/columns";
import { featuresOf } from "@/lib/features/features.queries";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/insights/adoption/export?of=accounts&days=30&segment= → the table of features as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const search = new URL(request.url).searchParams;
  const now = Date.now();
  const { of, segment, from, before } = adoptionParams(Object.fromEntries(search), now);
  const { features } = await featuresOf(scope);
  const { adoption } = await adoptionBy(scope, { of, segment, from, before, features, now });
  return exportAdoption(scope, adoption, columnNames(search.get("columns")));
});
