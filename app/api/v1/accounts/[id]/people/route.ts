import { accountPeople } from "@/lib/accounts/page/people.queries";
import { accountPeopleQuerySchema } from "@/lib/api/account-schemas";
import { presentAccountPerson } from "@/lib/api/accounts";
import { parseQuery } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { requireAccountId } from "@/lib/ingest/corrections/accounts";
import { requireClient } from "@/lib/projects/clients";

type Context = { params: Promise<{ id: string }> };

/** GET /api/v1/accounts/{id}/people?limit=&cursor= → { data: [person], next } */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const account = await requireAccountId(scope, (await params).id);
  const { rows, next } = await accountPeople(scope, account, parseQuery(request, accountPeopleQuerySchema));
  return Response.json({ data: rows.map(presentAccountPerson), next });
});
