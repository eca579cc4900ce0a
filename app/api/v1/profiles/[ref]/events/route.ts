import { parseQuery } from "@/lib/api/parse";
import { presentEvent } from "@/lib/api/present";
import { eventsQuerySchema } from "@/lib/api/schemas";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { listEvents } from "@/lib/timeline/timeline.queries";

type Context = { params: Promise<{ ref: string }> };

/** GET /api/v1/profiles/{ref}/events?order=&limit=&cursor= → { data: [event], next } */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const { rows, next } = await listEvents(scope, (await params).ref, parseQuery(request, eventsQuerySchema));
  return Response.json({ data: rows.map(presentEvent), next });
});
