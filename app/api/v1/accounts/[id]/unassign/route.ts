import { changeMember } from "@/lib/api/accounts";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ id: string }> };

/** POST /api/v1/accounts/{id}/unassign { ref, until? } → { data: [account] } */
export const POST = handle(async (request, { params }: Context) =>
  Response.json(await changeMember(request, (await params).id, "unassign")),
);
