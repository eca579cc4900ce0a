import { readSuggestions, suggestionQuerySchema } from "@/components/filters/read-suggestions";
import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { parseInput } from "@/lib/validate";

type Context = { params: Promise<{ project: string }> };

/** Suggestions for the filter builder and the column chooser, from real data. */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope } = await requireMemberOrGuestApi((await context.params).project);
  const wanted = parseInput(suggestionQuerySchema, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(await readSuggestions(scope, wanted));
});
