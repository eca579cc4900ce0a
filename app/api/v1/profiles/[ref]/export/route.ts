import { personExport } from "@/lib/api/person-export";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";

type Context = { params: Promise<{ ref: string }> };

/** GET /api/v1/profiles/{ref}/export?format= → everything stored of the person, as a file. */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  return personExport(request, scope, (await params).ref);
});
