"use server";

import { setTimeout } from "node:timers/promises";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { invitationOf } from "@/lib/auth/invitations.queries";
import { acceptInvitation, joinByInvitation } from "@/lib/auth/invitations.store";
import { admitAcceptance, admitNewcomer } from "@/lib/auth/members.store";
import { currentMember, startSession } from "@/lib/auth/session";
import { requestToJoin } from "@/lib/auth/sign-ups.store";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { clientIp } from "@/lib/http/forwarded";
import { deviceName } from "@/lib/ingest/enrich/device-name";
import { canSendMail } from "@/lib/mail/setup";

const ANSWER_AFTER_MS = 600;

export const acceptAction = formAction(async (form): Promise<string> => {
  await admitAcceptance(clientIp(await headers()), new Date());
  const member = await currentMember();
  if (!member) throw new AppError("unauthorized", "You are logged out. Log in, then open the link again.");
  await acceptInvitation(formText(form, "token"), member, new Date());
  redirect("/");
});

export const joinAction = formAction(async (form): Promise<string> => {
  const input = { name: formText(form, "name"), email: formText(form, "email"), password: formText(form, "password") };
  const token = formText(form, "token");
  await admitAcceptance(clientIp(await headers()), new Date());
  // By a link that anybody may use: only the owner of the address learns whether it has an account.
  if (canSendMail() && (await invitationOf(token, new Date()))?.email === null) {
    // Asking does not use up the link, and each time mails an address of the sender's choice.
    if (!(await admitNewcomer(clientIp(await headers()), new Date())))
      throw new AppError("rate_limited", "Too many people tried this within an hour. Try again later.");
    await Promise.all([requestToJoin(token, input, new Date()), setTimeout(ANSWER_AFTER_MS)]);
    redirect("/signup?sent=invited");
  }
  const member = await joinByInvitation(token, input, canSendMail(), new Date());
  await startSession(member, deviceName(await headers()));
  redirect("/");
});
