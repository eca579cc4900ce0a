"use server";

import { redirect } from "next/navigation";
import { requireRecent, requireTeam } from "@/lib/auth/guard";
import { action, text } from "@/lib/http/action";
import { requireNoRenewal } from "@/lib/plans/subscriptions";
import { deleteOrganization, deleteProject } from "@/lib/projects/deletion.store";

/** Deletes the project if its typed name matches; it can be restored on the member's account page. */
export const deleteProjectAction = action(async (form): Promise<string> => {
  const { team, project } = await requireTeam(text(form, "projectId"), "administer", "delete_project");
  await requireRecent();
  await deleteProject(team, project.id, text(form, "name"), new Date());
  redirect("/account#deleted");
});

/** Like deleteProjectAction, for the whole organization. */
export const deleteOrganizationAction = action(async (form): Promise<string> => {
  const { team } = await requireTeam(text(form, "projectId"), "own", "delete_project");
  await requireRecent();
  const now = new Date();
  await requireNoRenewal(team.organizationId, now.getTime());
  await deleteOrganization(team, text(form, "name"), now);
  redirect("/account#deleted");
});
