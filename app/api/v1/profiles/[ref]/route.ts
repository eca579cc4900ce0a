import { presentProfile } from "@/lib/api/present";
import { unknownPerson } from "@/lib/db/queries-person";
import { handle } from "@/lib/http/handle";
import { getProfile } from "@/lib/profiles/queries";
import { requireClient } from "@/lib/projects/clients";

type Context = { params: Promise<{ ref: string }> };

/** GET /api/v1/profiles/{ref} → profile. Next has decoded `ref` once, so it is the id as it was sent. */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const found = await getProfile(scope, (await params).ref);
  if (!found) throw unknownPerson();
  return Response.json(presentProfile(found));
});
