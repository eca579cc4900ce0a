import "server-only";
import { z } from "zod";
import { replacePassword } from "@/lib/auth/account.store";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { countOwnAttempt } from "@/lib/auth/members.store";
import { refusalOf } from "@/lib/auth/password-strength";
import { startSession } from "@/lib/auth/session";
import { stepCookie } from "@/lib/auth/step-cookie";
import { AppError } from "@/lib/errors";

/** How long choosing another password may take, in ms. */
const LIFE_MS = 10 * 60_000;

/** Somebody who proved that it is them, with a password that is refused by now. `reason`: why, in words. */
export type Refused = { member: VerifiedMember; reason: string; next: string };

const schema = z.object({
  member: z.object({ id: z.uuid(), email: z.string(), name: z.string(), sessionVersion: z.number().int() }),
  reason: z.string(),
  next: z.string(),
});
const step = stepCookie<Refused>("password step", schema, LIFE_MS);

/**
 * The path of the page where whoever logged in with this password chooses another one first; null if the password is
 * fine. It was when it was chosen, but lists of leaked ones grow.
 */
export async function awaitPassword(member: VerifiedMember, password: string, next: string): Promise<string | null> {
  const reason = await refusalOf(password, [member.email, member.name]);
  if (reason === null) return null;
  await step.keep({ member, reason, next });
  return "/login/password";
}

/** Who still has to choose another password in this browser; null for nobody. */
export const awaitedPassword = (): Promise<Refused | null> => step.read();

/**
 * Sets the new password and logs them in; returns where they were going. Throws `unauthorized`, `rate_limited`, and as
 * replacePassword.
 */
export async function finishPasswordStep(password: string, device: string): Promise<string> {
  const refused = await awaitedPassword();
  if (!refused) throw new AppError("unauthorized", "This took too long. Log in again.");
  const now = new Date();
  await countOwnAttempt(refused.member, now);
  await startSession(await replacePassword(refused.member, password, now), device);
  await step.clear();
  return refused.next;
}
