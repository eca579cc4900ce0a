import { requireMemberApi } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { readBytes } from "@/lib/http/body";
import { handle } from "@/lib/http/handle";
import { isUuid } from "@/lib/ids";
import { importMembers } from "@/lib/segments/import.store";
import { unknownSegment } from "@/lib/segments/segments.store";

/** lib/segments/import.store accepts 20 million characters. */
const MAX_BYTES = 24 * 1024 * 1024;

type Context = { params: Promise<{ project: string; segmentId: string }> };

/**
 * Adds the people of a CSV file to a list. A route rather than an action, because actions are limited to 1 MB; only
 * text/csv, which other sites' forms cannot send.
 */
export const POST = handle(async (request: Request, context: Context) => {
  const { project, segmentId } = await context.params;
  const { scope } = await requireMemberApi(project, "edit");
  if (!isUuid(segmentId)) throw unknownSegment();
  if (!request.headers.get("content-type")?.startsWith("text/csv"))
    throw new AppError("unprocessable", "Send the file as text/csv.", { field: "csv" });
  const bytes = await readBytes(request.body, MAX_BYTES);
  return Response.json(await importMembers(scope, segmentId, bytes.toString("utf8")));
});
