import { erasuresBodySchema, presentBulk, presentRef } from "@/lib/api/erasures";
import { parseBody } from "@/lib/api/parse";
import { AppError } from "@/lib/errors";
import { handle } from "@/lib/http/handle";
import { newId } from "@/lib/ids";
import { previewBulk, startBulk } from "@/lib/privacy/bulk";
import { requireServer } from "@/lib/projects/clients";

const MAX_BODY_BYTES = 512 * 1024;

/** POST /api/v1/erasures { refs, suppress?, dryRun?, id? } → { erasure, people, data: [{ ref, state, erasedAt }] } */
export const POST = handle(async (request) => {
  const { scope, mayRead } = await requireServer(request);
  const { refs, suppress, dryRun, id } = await parseBody(request, erasuresBodySchema, MAX_BODY_BYTES);
  if (dryRun) {
    if (!mayRead) throw new AppError("forbidden", "A dry run reads data, so it needs a root key.", { field: "dryRun" });
    const { people, answers } = await previewBulk(scope, { refs });
    return Response.json({ erasure: null, people, data: answers.map(presentRef) });
  }
  const options = { id: id ?? newId(), suppress, expected: null, now: Date.now() };
  const { bulk, answers } = await startBulk(scope, { refs }, options);
  return Response.json({
    erasure: presentBulk(bulk),
    people: bulk.total,
    data: mayRead ? answers.map(presentRef) : [],
  });
});
