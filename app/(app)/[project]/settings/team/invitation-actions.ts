"use server";

import { revalidatePath } from "next/cache";
import { requireRecent, requireTeam } from "@/lib/auth/guard";
import { invite, withdrawInvitation } from "@/lib/auth/invitations.store";
import { formAction, formText } from "@/lib/http/action";
import { retryMail } from "@/lib/mail/mails.store";
import { canSendMail } from "@/lib/mail/setup";

async function administering(form: FormData) {
  const { team, member, project } = await requireTeam(formText(form, "projectId"), "administer", "team");
  const done = (words: string): string => {
    revalidatePath(`/${project.id}/settings/team`);
    return words;
  };
  return { team, member, done };
}

export const inviteAction = formAction(async (form) => {
  const { team, member, done } = await administering(form);
  const input = { email: formText(form, "email"), role: formText(form, "role") };
  if (input.role === "owner") await requireRecent();
  const mail = canSendMail();
  await invite(team, member.name, input, mail, new Date());
  return done(mail && input.email.trim() !== "" ? "The link is on its way." : "Copy the link below and pass it on.");
});

export const withdrawAction = formAction(async (form) => {
  const { team, done } = await administering(form);
  await withdrawInvitation(team, formText(form, "invitationId"));
  return done("Withdrawn.");
});

export const retryMailAction = formAction(async (form) => {
  const { team, done } = await administering(form);
  await retryMail(team, formText(form, "mailId"), new Date());
  return done("Queued again.");
});
