"use server";

import { redirect } from "next/navigation";
import { requireRecent, requireTeam } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { requireNoRenewal } from "@/lib/plans/subscriptions";
import { deleteOrganization, deleteProject } from "@/lib/projects/deletion.store";

/** Deletes the project if its typed name matches; it can be restored on the member's account page. */
export const deleteProjectAction = formAction(async (form): Promise<string> => {
  const { team, project } = await requireTeam(formText(form, "projectId"), "administer", "delete_project");
  await requireRecent();
  await deleteProject(team, project.id, formText(form, "name"), new Date());
  redirect("/account#deleted");
});

/** Like deleteProjectAction, for the whole organization. */
export const deleteOrganizationAction = formAction(async (form): Promise<string> => {
  const { team } = await requireTeam(formText(form, "projectId"), "own", "delete_project");
  await requireRecent();
  const now = new Date();
  await requireNoRenewal(team.organizationId, now.getTime());
  await deleteOrganization(team, formText(form, "name"), now);
  redirect("/account#deleted");
});
