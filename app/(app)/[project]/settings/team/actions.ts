"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requireAdmin, requireMember } from "@/lib/auth/guard";
import { invite, removeFromTeam, withdrawInvitation } from "@/lib/auth/invitations.store";
import { AppError } from "@/lib/errors";
import { action, text } from "@/lib/http/action";
import { retryMail } from "@/lib/mail/mails.store";
import { sendsMail } from "@/lib/mail/setup";
import { ROLES } from "@/lib/organizations/organizations.store";
import { changeRole } from "@/lib/organizations/team.store";

async function team(form: FormData) {
  const { member, role, organizationId, project } = await requireMember(text(form, "projectId"));
  const done = (words: string): string => {
    revalidatePath(`/${project.id}/settings/team`);
    return words;
  };
  return { actor: { memberId: member.id, name: member.name, role }, organizationId, done };
}

async function adminOf(form: FormData) {
  requireAdmin(await requireMember(text(form, "projectId")));
  return team(form);
}

export const inviteAction = action(async (form) => {
  const { actor, organizationId, done } = await adminOf(form);
  const input = { email: text(form, "email"), role: text(form, "role") };
  const mail = sendsMail();
  await invite(organizationId, actor, input, mail, new Date());
  return done(mail && input.email.trim() !== "" ? "The link is on its way." : "Copy the link below and pass it on.");
});

export const withdrawAction = action(async (form) => {
  const { organizationId, done } = await adminOf(form);
  await withdrawInvitation(organizationId, text(form, "invitationId"));
  return done("Withdrawn.");
});

export const changeRoleAction = action(async (form) => {
  const { actor, organizationId, done } = await adminOf(form);
  const wanted = text(form, "role");
  const role = ROLES.find((known) => known === wanted);
  if (!role) throw new AppError("unprocessable", "Choose a role.", { field: "role" });
  await changeRole(organizationId, actor, text(form, "memberId"), role);
  return done("Changed.");
});

/** Members may take themselves out; admins others. */
export const removeAction = action(async (form) => {
  const { actor, organizationId, done } = await team(form);
  const memberId = text(form, "memberId");
  await removeFromTeam(organizationId, actor, memberId);
  return memberId === actor.memberId ? redirect("/") : done("Removed.");
});

export const retryMailAction = action(async (form) => {
  const { organizationId, done } = await adminOf(form);
  await retryMail(organizationId, text(form, "mailId"), new Date());
  return done("Queued again.");
});
