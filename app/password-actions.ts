"use server";

import { headers } from "next/headers";
import { admitStrengthCheck } from "@/lib/auth/members.store";
import type { PasswordVerdict } from "@/lib/auth/password-hint";
import { judgePassword } from "@/lib/auth/password-strength";
import { PASSWORD_MAX_LENGTH } from "@/lib/auth/schemas";
import { currentMember } from "@/lib/auth/session";
import { formAction, formText } from "@/lib/http/action";
import { clientIp } from "@/lib/http/forwarded";

/** Rates a new password as it is typed. Stores nothing, and saving checks it again. */
export const judgePasswordAction = formAction(async (form): Promise<PasswordVerdict> => {
  await admitStrengthCheck(clientIp(await headers()), new Date());
  const member = await currentMember();
  const context = [...["name", "email", "projectName"].map((one) => formText(form, one)), member?.name, member?.email];
  return judgePassword(formText(form, "password").slice(0, PASSWORD_MAX_LENGTH), context);
});
