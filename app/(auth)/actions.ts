"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { emailSchema } from "@/lib/auth/rule";
import { endSession, startSession } from "@/lib/auth/session";
import { logIn, signUpFrom } from "@/lib/auth/store";
import { AppError } from "@/lib/errors";
import { action, text } from "@/lib/http/action";
import { clientIp } from "@/lib/http/forwarded";
import { localPath } from "@/lib/http/local-path";
import { valid } from "@/lib/validate";
import { deviceOf } from "./device";

export const logInAction = action(async (form) => {
  const email = valid(emailSchema, text(form, "email"));
  const sent = await headers();
  const member = await logIn(email, text(form, "password"), clientIp(sent), new Date());
  if (!member) {
    throw new AppError(
      "unauthorized",
      "This e-mail address and password do not belong together. Check both and try again.",
    );
  }
  await startSession(member, deviceOf(sent));
  redirect(localPath(text(form, "next")));
});

export const signUpAction = action(async (form) => {
  const input = {
    name: text(form, "name"),
    email: text(form, "email"),
    password: text(form, "password"),
    projectName: text(form, "projectName"),
  };
  const sent = await headers();
  const { memberId, projectId } = await signUpFrom(clientIp(sent), input, new Date());
  const member = { id: memberId, email: valid(emailSchema, input.email), name: input.name.trim(), sessionVersion: 0 };
  await startSession(member, deviceOf(sent));
  redirect(`/${projectId}/setup`);
});

export async function logOutAction(): Promise<void> {
  await endSession();
  redirect("/login");
}
