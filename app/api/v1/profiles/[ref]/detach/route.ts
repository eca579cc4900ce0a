import { changeDevice } from "@/lib/api/corrections";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ ref: string }> };

/** POST /api/v1/profiles/{ref}/detach { anonymousId, userId? } → { data: [profile] } */
export const POST = handle(async (request, { params }: Context) =>
  Response.json(await changeDevice(request, (await params).ref, "detach")),
);
