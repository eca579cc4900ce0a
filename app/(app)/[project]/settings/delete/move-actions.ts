"use server";

import { redirect } from "next/navigation";
import { requireRecent, requireTeam, requireTeamOf } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { forgetPlans } from "@/lib/plans/entitlements.store";
import { moveProject } from "@/lib/projects/move.store";

/** Moves the project to another organization, if its typed name matches and the member owns both. */
export const moveProjectAction = formAction(async (form): Promise<string> => {
  const { team, project } = await requireTeam(formText(form, "projectId"), "own", "move_project");
  await requireRecent();
  const to = await requireTeamOf(formText(form, "to"), "own");
  await moveProject(team, to, { projectId: project.id, typed: formText(form, "name") }, new Date());
  forgetPlans();
  redirect(`/${project.id}/settings/team`);
});
