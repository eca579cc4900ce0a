import { parseQuery } from "@/lib/api/parse";
import { presentProfile } from "@/lib/api/present";
import { profilesQuery } from "@/lib/api/schemas";
import { handle } from "@/lib/http/handle";
import { listProfiles } from "@/lib/profiles/queries";
import { requireClient } from "@/lib/projects/clients";

/** GET /api/v1/profiles?search=&identified=&limit=&cursor= → { data: [profile], next } */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  const { rows, next } = await listProfiles(scope, parseQuery(request, profilesQuery));
  return Response.json({ data: rows.map(presentProfile), next });
});
