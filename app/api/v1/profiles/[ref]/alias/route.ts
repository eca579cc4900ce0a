import { changeAlias } from "@/lib/api/corrections";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ ref: string }> };

/** POST /api/v1/profiles/{ref}/alias { userId } → { data: [profile] } */
export const POST = handle(async (request, { params }: Context) =>
  Response.json(await changeAlias(request, (await params).ref, "alias")),
);
