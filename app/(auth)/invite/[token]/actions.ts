"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { acceptInvitation, joinByInvitation } from "@/lib/auth/invitations.store";
import { currentMember, startSession } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { action, text } from "@/lib/http/action";
import { deviceOf } from "@/lib/ingest/enrich/device-name";
import { sendsMail } from "@/lib/mail/setup";

export const acceptAction = action(async (form): Promise<string> => {
  const member = await currentMember();
  if (!member) throw new AppError("unauthorized", "You are logged out. Log in, then open the link again.");
  await acceptInvitation(text(form, "token"), member, new Date());
  redirect("/");
});

export const joinAction = action(async (form): Promise<string> => {
  const input = { name: text(form, "name"), email: text(form, "email"), password: text(form, "password") };
  const member = await joinByInvitation(text(form, "token"), input, sendsMail(), new Date());
  await startSession(member, deviceOf(await headers()));
  redirect("/");
});
