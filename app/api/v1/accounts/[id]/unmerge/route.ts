import { mergeAccounts } from "@/lib/api/accounts";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ id: string }> };

/** POST /api/v1/accounts/{id}/unmerge { accountId } → { data: [account] } */
export const POST = handle(async (request, { params }: Context) =>
  Response.json(await mergeAccounts(request, (await params).id, false)),
);
