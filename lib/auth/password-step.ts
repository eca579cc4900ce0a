import "server-only";
import { z } from "zod";
import { replacePassword } from "@/lib/auth/account.store";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { countOwnAttempt } from "@/lib/auth/members.store";
import { passwordRefusalOf } from "@/lib/auth/password-strength";
import { startSession } from "@/lib/auth/session";
import { stepCookie } from "@/lib/auth/step-cookie";
import { AppError } from "@/lib/errors";

/** How long choosing another password may take, in ms. */
const LIFE_MS = 10 * 60_000;

/** A member who logged in with a password that is no longer accepted. `reason`: why, in words. */
export type PendingPassword = { member: VerifiedMember; reason: string; next: string };

const schema = z.object({
  member: z.object({ id: z.uuid(), email: z.string(), name: z.string(), sessionVersion: z.number().int() }),
  reason: z.string(),
  next: z.string(),
});
const step = stepCookie<PendingPassword>("password step", schema, LIFE_MS);

/**
 * If the password is no longer accepted, stores the pending log-in in a signed cookie and returns the path of the page
 * that asks for another one; otherwise null. A password may have leaked since it was chosen.
 */
export async function beginPasswordStep(
  member: VerifiedMember,
  password: string,
  next: string,
): Promise<string | null> {
  const reason = await passwordRefusalOf(password, [member.email, member.name]);
  if (reason === null) return null;
  await step.keep({ member, reason, next });
  return "/login/password";
}

/** The log-in of this browser that waits for another password; null if none does. */
export const pendingPassword = (): Promise<PendingPassword | null> => step.read();

/**
 * Sets the new password and completes the log-in; returns the path to continue at. Throws `unauthorized`,
 * `rate_limited`, and as replacePassword.
 */
export async function finishPasswordStep(password: string, device: string): Promise<string> {
  const pending = await pendingPassword();
  if (!pending) throw new AppError("unauthorized", "This took too long. Log in again.");
  const now = new Date();
  await countOwnAttempt(pending.member, now);
  await startSession(await replacePassword(pending.member, password, now), device);
  await step.clear();
  return pending.next;
}
