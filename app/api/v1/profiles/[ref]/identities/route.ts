import { presentIdentities } from "@/lib/api/present-identity";
import { handle } from "@/lib/http/handle";
import { identityRows } from "@/lib/identity/identities.queries";
import { requirePerson } from "@/lib/identity/person.queries";
import { buildIdentities } from "@/lib/identity/person-identities";
import { requireClient } from "@/lib/projects/clients";

type Context = { params: Promise<{ ref: string }> };

/** GET /api/v1/profiles/{ref}/identities → { data: [identity], links } */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const person = await requirePerson(scope, (await params).ref);
  return Response.json(presentIdentities(buildIdentities(await identityRows(scope, person))));
});
