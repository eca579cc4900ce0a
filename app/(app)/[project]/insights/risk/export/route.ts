import { requireMemberApi } from "@/lib/auth/guard";
import { columnNames } from "@/lib/export/columns";
import { exportAccountRisk, exportRisk } from "@/lib/export/risk";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string }> };

/**
 * GET /{project}/insights/risk/export?of=accounts&columns=id,why → people going quiet, or accounts at risk, as a CSV
 * file.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  const search = new URL(request.url).searchParams;
  const columns = columnNames(search.get("columns"));
  return search.get("of") === "accounts" ? exportAccountRisk(scope, columns) : exportRisk(scope, columns);
});
