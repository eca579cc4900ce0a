"use server";

import { refresh } from "next/cache";
import { requireTeamOf } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { restoreOrganization, restoreProject } from "@/lib/projects/deletion.store";

/** Restores a deleted project, or the organization if none is named; returns what to announce. */
export const restoreAction = formAction(async (form): Promise<string> => {
  const [organizationId, projectId] = [formText(form, "organizationId"), formText(form, "deletedId")];
  const isProject = projectId !== "";
  if (isProject) await restoreProject(await requireTeamOf(organizationId, "administer"), projectId, new Date());
  else await restoreOrganization(await requireTeamOf(organizationId, "own"), new Date());
  refresh();
  return isProject ? "The project is restored and accepts events again." : "The organization is restored.";
});
