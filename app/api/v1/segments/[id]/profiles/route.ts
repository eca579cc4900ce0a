import { parseQuery } from "@/lib/api/parse";
import { presentProfile } from "@/lib/api/present";
import { profilesQuerySchema } from "@/lib/api/schemas";
import { handle } from "@/lib/http/handle";
import { isUuid } from "@/lib/ids";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { requireClient } from "@/lib/projects/clients";
import { listOptions } from "@/lib/segments/list-options";
import { membersRule } from "@/lib/segments/named-rules";
import { getSegment } from "@/lib/segments/segments.queries";
import { unknownSegment } from "@/lib/segments/segments.store";

type Context = { params: Promise<{ id: string }> };

/** GET /api/v1/segments/{id}/profiles, with all parameters of /api/v1/profiles → { data: [profile], next } */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const { id } = await params;
  if (!isUuid(id) || !(await getSegment(scope, id))) throw unknownSegment();
  const { search, identified, limit, cursor, ...list } = parseQuery(request, profilesQuerySchema);
  const options = await listOptions(scope, list, membersRule(id));
  const { rows, next } = await listProfiles(scope, { search, identified, limit, cursor, ...options });
  return Response.json({ data: rows.map(presentProfile), next });
});
