import type { VerifiedMember } from "@/lib/auth/members.queries";
import type { ControlTx } from "@/lib/db/prisma";
import { queuedTo } from "@/lib/mail/mails.queries";
import { lockRecipient, queueMail } from "@/lib/mail/mails.store";
import { canSendMail } from "@/lib/mail/setup";

/** Whether the member has logged in with this browser before (lib/auth/known-device.ts). */
export type Browser = "known" | "new";

/** The most of these mails within an hour, so that nobody who knows a password can flood its owner's inbox. */
const MAILS_PER_HOUR = 5;
const HOUR_MS = 3_600_000;

/**
 * Mails the member that somebody logged in with a new browser, except for the very first log-in of an account, and if
 * no mail is sent at the moment: a late notice is worthless. `device` as beginLogIn takes it; `way` null: a password.
 */
export async function mailAboutNewBrowser(
  tx: ControlTx,
  given: { member: VerifiedMember; browser: Browser; device: string; way: string | null },
  now: Date,
): Promise<void> {
  const { id, email, name } = given.member;
  const { count: first } = await tx.member.updateMany({
    where: { id, hasLoggedIn: false },
    data: { hasLoggedIn: true },
  });
  if (first > 0 || given.browser === "known" || !canSendMail()) return;
  await lockRecipient(tx, email);
  const since = new Date(now.getTime() - HOUR_MS);
  if ((await queuedTo(tx, { kind: "newBrowser", recipient: email }, since)) >= MAILS_PER_HOUR) return;
  const data = { name, device: given.device, way: given.way ?? "your password", at: now.getTime() };
  await queueMail(tx, { to: email, kind: "newBrowser", data }, now);
}
