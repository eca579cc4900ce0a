import { parseQuery } from "@/lib/api/parse";
import { presentSession } from "@/lib/api/present";
import { sessionsQuerySchema } from "@/lib/api/schemas";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { listSessions } from "@/lib/sessions/sessions.queries";

type Context = { params: Promise<{ ref: string }> };

/** GET /api/v1/profiles/{ref}/sessions?limit=&cursor= → { data: [session], next } */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const { rows, next } = await listSessions(scope, (await params).ref, parseQuery(request, sessionsQuerySchema));
  return Response.json({ data: rows.map(presentSession), next });
});
