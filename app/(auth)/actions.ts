"use server";

import { setTimeout } from "node:timers/promises";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { mailVerification } from "@/lib/auth/account.store";
import { admitSignUp, isFirstMember, logIn, type Puzzle, signUpFrom } from "@/lib/auth/members.store";
import { beginPasswordStep } from "@/lib/auth/password-step";
import { emailSchema } from "@/lib/auth/schemas";
import { deviceCookie, startSession } from "@/lib/auth/session";
import { requestSignUp } from "@/lib/auth/sign-ups.store";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { clientIp } from "@/lib/http/forwarded";
import { localPath } from "@/lib/http/local-path";
import { deviceName } from "@/lib/ingest/enrich/device-name";
import { canSendMail } from "@/lib/mail/setup";
import type { Recognition } from "@/lib/projects/schemas";
import { parseInput } from "@/lib/validate";

/** Responds identically and equally fast to everybody, so that it does not reveal whether an address has an account. */
const ANSWER_AFTER_MS = 600;

export const logInAction = formAction(async (form): Promise<Puzzle> => {
  const email = parseInput(emailSchema, formText(form, "email"), "email");
  const sent = await headers();
  const attempt = { address: clientIp(sent), proof: formText(form, "proof"), deviceCookie: await deviceCookie() };
  const credentials = { ...attempt, email, password: formText(form, "password"), code: formText(form, "code") };
  const member = await logIn(credentials, new Date());
  if (!member) {
    throw new AppError("unauthorized", "The e-mail address or password is incorrect. Check both and try again.");
  }
  if (member === "code")
    throw new AppError("unauthorized", "Enter the code that your authenticator app shows.", { field: "code" });
  if ("puzzle" in member) return member;
  const next = localPath(formText(form, "next"));
  const first = await beginPasswordStep(member, credentials.password, next);
  if (first === null) await startSession(member, deviceName(sent));
  redirect(first ?? next);
});

export const signUpAction = formAction(async (form): Promise<Puzzle> => {
  const input = {
    name: formText(form, "name"),
    email: formText(form, "email"),
    password: formText(form, "password"),
    projectName: formText(form, "projectName"),
    domain: formText(form, "domain"),
    // A form without the choice means the default.
    recognition: (formText(form, "recognition") || "device") as Recognition,
  };
  const sent = await headers();
  const attempt = { address: clientIp(sent), proof: formText(form, "proof") };
  if (canSendMail() && !(await isFirstMember())) {
    const puzzle = await admitSignUp(attempt, input, new Date());
    if (puzzle) return puzzle;
    await Promise.all([requestSignUp({ ...input, invitationId: null }, new Date()), setTimeout(ANSWER_AFTER_MS)]);
    redirect("/signup?sent");
  }
  const made = await signUpFrom(attempt, input, new Date());
  if ("puzzle" in made) return made;
  const member = { id: made.memberId, email: parseInput(emailSchema, input.email, "email"), name: input.name.trim() };
  if (canSendMail()) await mailVerification(member, new Date());
  await startSession({ ...member, sessionVersion: 0 }, deviceName(sent));
  redirect(`/${made.projectId}/setup`);
});
