import { splitPerson } from "@/lib/api/corrections";
import { handle } from "@/lib/http/handle";

type Context = { params: Promise<{ ref: string }> };

/** POST /api/v1/profiles/{ref}/split { userIds } → { data: [profile] } */
export const POST = handle(async (request, { params }: Context) =>
  Response.json(await splitPerson(request, (await params).ref)),
);
