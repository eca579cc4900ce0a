import { parseQuery } from "@/lib/api/parse";
import { presentProfile } from "@/lib/api/present";
import { profilesQuerySchema } from "@/lib/api/schemas";
import { handle } from "@/lib/http/handle";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { requireClient } from "@/lib/projects/clients";
import { listOptions } from "@/lib/segments/list-options";

/** GET /api/v1/profiles?search=&identified=&tab=&window=&sort=&filter=&limit=&cursor= → { data: [profile], next } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const { search, identified, limit, cursor, ...list } = parseQuery(request, profilesQuerySchema);
  const options = await listOptions(scope, list);
  const { rows, next } = await listProfiles(scope, { search, identified, limit, cursor, ...options });
  return Response.json({ data: rows.map(presentProfile), next });
});
