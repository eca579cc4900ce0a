"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requireMember, requireRecent, requireTeam } from "@/lib/auth/guard";
import { leaveTeam, removeFromTeam } from "@/lib/auth/invitations.store";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { setProjectRole, setRole, transferOwnership } from "@/lib/organizations/team.store";
import { PROJECT_ROLES, ROLES } from "@/lib/permissions";

async function administering(form: FormData) {
  const { team, project } = await requireTeam(formText(form, "projectId"), "administer", "team");
  revalidatePath(`/${project.id}/settings/team`);
  return { team, memberId: formText(form, "memberId") };
}

export const changeRole = formAction(async (form) => {
  const { team, memberId } = await administering(form);
  const wanted = formText(form, "role");
  const role = ROLES.find((known) => known === wanted);
  if (!role) throw new AppError("unprocessable", "Choose a role.", { field: "role" });
  if (role === "owner") await requireRecent();
  await setRole(team, memberId, role);
  return "Changed.";
});

/** The role in one project; "" means the role in the organization. */
export const changeProjectRole = formAction(async (form) => {
  const { team, memberId } = await administering(form);
  const wanted = formText(form, "role");
  const role = PROJECT_ROLES.find((known) => known === wanted);
  if (!role && wanted !== "") throw new AppError("unprocessable", "Choose a role.", { field: "role" });
  await setProjectRole(team, formText(form, "ofProject"), memberId, role ?? null);
  return "Changed.";
});

export const remove = formAction(async (form) => {
  const { team, memberId } = await administering(form);
  await removeFromTeam(team, memberId);
  return "Removed.";
});

/** Transfers the owner's role; they become an admin. */
export const transfer = formAction(async (form) => {
  const { team, project } = await requireTeam(formText(form, "projectId"), "own", "team");
  await requireRecent();
  await transferOwnership(team, formText(form, "memberId"));
  revalidatePath(`/${project.id}`, "layout");
  return "Transferred.";
});

/** Removes the member themselves. */
export const leave = formAction(async (form): Promise<string> => {
  const { member, organizationId } = await requireMember(formText(form, "projectId"));
  await leaveTeam(organizationId, member.id);
  redirect("/");
});
