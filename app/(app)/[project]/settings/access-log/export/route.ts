import { rangeParamsOf } from "@/components/search-params";
import { logFilterOf } from "@/components/settings/access-log/log-url";
import { requireMemberApi } from "@/lib/auth/guard";
import { exportLog } from "@/lib/export/access-log";
import { rangeOf } from "@/lib/format/range";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";

type Context = { params: Promise<{ project: string }> };

/** GET /{project}/settings/access-log/export?<as the screen> → the entries as a CSV file. */
export const GET = handle(async (request, { params }: Context) => {
  const { scope } = await requireMemberApi((await params).project, "manage");
  const search = Object.fromEntries(new URL(request.url).searchParams);
  return exportLog(scope, logFilterOf(search, rangeOf(rangeParamsOf(search), Date.now(), await readerZone())));
});
