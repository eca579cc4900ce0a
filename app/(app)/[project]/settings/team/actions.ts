"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requireMember, requireTeam } from "@/lib/auth/guard";
import { leaveTeam, removeFromTeam } from "@/lib/auth/invitations.store";
import { AppError } from "@/lib/errors";
import { action, text } from "@/lib/http/action";
import { changeRole, setProjectRole } from "@/lib/organizations/team.store";
import { PROJECT_ROLES, ROLES } from "@/lib/permissions";

async function administering(form: FormData) {
  const { team, project } = await requireTeam(text(form, "projectId"), "administer");
  revalidatePath(`/${project.id}/settings/team`);
  return { team, memberId: text(form, "memberId") };
}

export const changeRoleAction = action(async (form) => {
  const { team, memberId } = await administering(form);
  const wanted = text(form, "role");
  const role = ROLES.find((known) => known === wanted);
  if (!role) throw new AppError("unprocessable", "Choose a role.", { field: "role" });
  await changeRole(team, memberId, role);
  return "Changed.";
});

/** The role in one project; "" for the one in the organization. */
export const changeProjectRoleAction = action(async (form) => {
  const { team, memberId } = await administering(form);
  const wanted = text(form, "role");
  const role = PROJECT_ROLES.find((known) => known === wanted);
  if (!role && wanted !== "") throw new AppError("unprocessable", "Choose a role.", { field: "role" });
  await setProjectRole(team, text(form, "ofProject"), memberId, role ?? null);
  return "Changed.";
});

export const removeAction = action(async (form) => {
  const { team, memberId } = await administering(form);
  await removeFromTeam(team, memberId);
  return "Removed.";
});

/** Takes the member themselves out. */
export const leaveAction = action(async (form): Promise<string> => {
  const { member, organizationId } = await requireMember(text(form, "projectId"));
  await leaveTeam(organizationId, member.id);
  redirect("/");
});
