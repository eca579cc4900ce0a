import { requireMemberApi } from "@/lib/auth/guard";
import { columnNames } from "@/lib/export/columns";
import { exportAccountRisk, exportQuietChampions, exportRisk } from "@/lib/export/risk";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string }> };

/**
 * GET /{project}/insights/risk/export?of=accounts&columns=id,why → people going quiet, accounts at risk, or those whose
 * champion went quiet (of=champions), as a CSV file.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const search = new URL(request.url).searchParams;
  const columns = columnNames(search.get("columns"));
  const of = search.get("of");
  if (of === "champions") return exportQuietChampions(scope, columns);
  return of === "accounts" ? exportAccountRisk(scope, columns) : exportRisk(scope, columns);
});
