import { presentFeatureUse } from "@/lib/api/feature-schemas";
import { featuresOfPerson } from "@/lib/features/features.queries";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";

type Context = { params: Promise<{ ref: string }> };

/** GET /api/v1/profiles/{ref}/features → { data: [feature], suggested } */
export const GET = handle(async (request, { params }: Context) => {
  const scope = await requireClient(request);
  const { features, isSuggested } = await featuresOfPerson(scope, (await params).ref);
  return Response.json({ data: features.map(presentFeatureUse), suggested: isSuggested });
});
