import { requireMemberApi } from "@/lib/auth/guard";
import { columnNames } from "@/lib/export/columns";
import { exportSessionsOf } from "@/lib/export/sessions";
import { parseDay, startOfDay } from "@/lib/format/range";
import { handle } from "@/lib/http/handle";
import { readerZone } from "@/lib/http/zone";
import { requirePerson } from "@/lib/identity/person.queries";

type Context = { params: Promise<{ project: string; userId: string }> };

/**
 * GET /{project}/users/{ref}/sessions/export?since=2026-03-12 → the person's visits as a CSV file. Next has decoded
 * `userId` once.
 */
export const GET = handle(async (request, { params }: Context) => {
  const { project, userId } = await params;
  const { scope } = await requireMemberApi(project);
  await requirePerson(scope, userId);
  const query = new URL(request.url).searchParams;
  const day = parseDay(query.get("since") ?? undefined);
  const after = day === null ? undefined : startOfDay(day, await readerZone());
  return exportSessionsOf(scope, userId, columnNames(query.get("columns")), after);
});
