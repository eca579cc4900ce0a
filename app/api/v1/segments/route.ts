import { presentSegment } from "@/lib/api/present-segment";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { allSegments } from "@/lib/segments/segments.queries";

/** GET /api/v1/segments → { data: [segment] }, by name; all of them (500 at most). */
export const GET = handle(async (request) => {
  const scope = await requireClient(request);
  return Response.json({ data: (await allSegments(scope)).map(presentSegment) });
});
