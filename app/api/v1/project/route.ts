import { parseBody } from "@/lib/api/parse";
import { handle } from "@/lib/http/handle";
import { requireClient } from "@/lib/projects/clients";
import { settingValues } from "@/lib/projects/projects.queries";
import { projectChangesSchema, updateProject } from "@/lib/projects/settings.store";

/** GET /api/v1/project → every setting of the key's project. */
export const GET = handle(async (request) => Response.json(await settingValues(await requireClient(request))));

/** PATCH /api/v1/project { some settings } → every setting, as changed. Needs a root key. */
export const PATCH = handle(async (request) => {
  const scope = await requireClient(request, "manage");
  await updateProject(scope, await parseBody(request, projectChangesSchema));
  return Response.json(await settingValues(scope));
});
