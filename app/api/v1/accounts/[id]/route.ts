import { deleteAccount, patchAccount, presentAccount, requireSummary } from "@/lib/api/accounts";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";

type Context = { params: Promise<{ id: string }> };

/** GET /api/v1/accounts/{id} → account, by any of its ids. Next has decoded `id` once. */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  return Response.json(presentAccount(await requireSummary(scope, (await params).id)));
});

/** PATCH /api/v1/accounts/{id} { name?, type?, properties? } → { data: [account] } */
export const PATCH = handle(async (request, { params }: Context) =>
  Response.json(await patchAccount(request, (await params).id)),
);

/** DELETE /api/v1/accounts/{id} → { data: [] }. Erases the account; its people stay. */
export const DELETE = handle(async (request, { params }: Context) =>
  Response.json(await deleteAccount(request, (await params).id)),
);
