import { eraseQuerySchema, presentReceipt } from "@/lib/api/erasures";
import { parseQuery } from "@/lib/api/parse";
import { presentProfile } from "@/lib/api/present";
import { AppError } from "@/lib/errors";
import { handle } from "@/lib/http/handle";
import { unknownPerson } from "@/lib/identity/person.queries";
import { eraseByRef } from "@/lib/privacy/erase";
import { getProfile } from "@/lib/profiles/person/person.queries";
import { requireClient, requireServer } from "@/lib/projects/clients";

type Context = { params: Promise<{ ref: string }> };

/** GET /api/v1/profiles/{ref} → profile. Next has decoded `ref` once, so it is the id as it was sent. */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const found = await getProfile(scope, (await params).ref);
  if (!found) throw unknownPerson();
  return Response.json(presentProfile(found));
});

/** DELETE /api/v1/profiles/{ref}?dryRun=&suppress= → receipt. Erases the person permanently. */
export const DELETE = handle(async (request, { params }: Context) => {
  const { scope, settings, mayRead } = await requireServer(request);
  const options = { ...parseQuery(request, eraseQuerySchema), now: Date.now() };
  if (options.dryRun && !mayRead) {
    throw new AppError("forbidden", "A dry run reads data, so it needs a root key.", { field: "dryRun" });
  }
  return Response.json(presentReceipt(await eraseByRef(scope, settings, (await params).ref, options)));
});
