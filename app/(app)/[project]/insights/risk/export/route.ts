import { requireMemberApi } from "@/lib/auth/guard";
import { columnNames } from "@/lib/export/columns";
import { exportRisk } from "@/lib/export/risk";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/insights/risk/export?columns=ref,why → everybody going quiet as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project);
  return exportRisk(scope, columnNames(new URL(request.url).searchParams.get("columns")));
});
