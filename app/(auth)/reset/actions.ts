"use server";

import { setTimeout } from "node:timers/promises";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { verifyEmail } from "@/lib/auth/account.store";
import { type Puzzle, requestResetFrom } from "@/lib/auth/members.store";
import { resetPassword } from "@/lib/auth/reset.store";
import { emailSchema } from "@/lib/auth/schemas";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { currentMember, startSession } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { clientIp } from "@/lib/http/forwarded";
import { deviceName } from "@/lib/ingest/enrich/device-name";
import { canSendMail } from "@/lib/mail/setup";
import { parseInput } from "@/lib/validate";

/** Responds identically and equally fast to everybody, so that it does not reveal whether an address has an account. */
const ANSWER_AFTER_MS = 400;

export const forgotAction = formAction(async (form): Promise<Puzzle> => {
  const email = parseInput(z.object({ email: emailSchema }), { email: formText(form, "email") }).email;
  if (!canSendMail()) throw new AppError("unavailable", "This instance sends no mail.");
  const attempt = { address: clientIp(await headers()), proof: formText(form, "proof") };
  const [puzzle] = await Promise.all([requestResetFrom(attempt, email, new Date()), setTimeout(ANSWER_AFTER_MS)]);
  return puzzle ?? redirect("/forgot?sent");
});

export const resetAction = formAction(async (form): Promise<string> => {
  const member = await resetPassword(formText(form, "token"), formText(form, "password"), new Date());
  // Access to the mailbox replaces the password, not the phone.
  if (await hasSecondFactor(member.id)) redirect("/login");
  await startSession(member, deviceName(await headers()), "password", "known"); // another mail reports the new password
  redirect("/");
});

export const verifyAction = formAction(async (form): Promise<string> => {
  await verifyEmail(formText(form, "token"), new Date());
  redirect((await currentMember()) ? "/account" : "/login");
});
