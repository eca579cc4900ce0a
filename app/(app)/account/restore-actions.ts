"use server";

import { revalidatePath } from "next/cache";
import { requireTeamOf } from "@/lib/auth/guard";
import { action, text } from "@/lib/http/action";
import { restoreOrganization, restoreProject } from "@/lib/projects/deletion.store";

/** Restores a deleted project, or the organization if none is named. */
export const restoreAction = action(async (form) => {
  const [organizationId, projectId] = [text(form, "organizationId"), text(form, "deletedId")];
  if (projectId === "") await restoreOrganization(await requireTeamOf(organizationId, "own"), new Date());
  else await restoreProject(await requireTeamOf(organizationId, "administer"), projectId, new Date());
  revalidatePath("/", "layout");
  return "Restored.";
});
