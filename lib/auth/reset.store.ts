import type { VerifiedMember } from "@/lib/auth/members.queries";
import { endLinks, findLink, makeLink, useLink } from "@/lib/auth/one-time-links.store";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { refuseWeakPassword } from "@/lib/auth/password-strength";
import { canonicalEmail, passwordSchema } from "@/lib/auth/schemas";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { queueMail } from "@/lib/mail/mails.store";
import { parseInput } from "@/lib/validate";

const LINK_IS_OVER = "This link has been used or has expired. Request another one.";

/** Mails a link to choose a new password, if a member has the address. Does not reveal whether one does. */
export async function requestReset(email: string, now: Date): Promise<void> {
  const member = await prisma().member.findUnique({
    where: { email: canonicalEmail(email) },
    select: { id: true, email: true, name: true },
  });
  if (!member) return;
  await prisma().$transaction(async (tx) => {
    const linkId = await makeLink(tx, "reset", member, now);
    if (linkId === null) return;
    await queueMail(tx, { to: member.email, kind: "reset", data: { name: member.name, linkId } }, now);
  });
}

/**
 * Sets the password of the link's holder; ends all log-ins and verifies the address, because the link was mailed to it.
 * Throws `unprocessable` on `password`, and `not_found` for a link that is used up, expired, or of an address that is
 * no longer theirs.
 */
export async function resetPassword(token: string, password: string, now: Date): Promise<VerifiedMember> {
  const link = await findLink("reset", token, now);
  if (!link) throw new AppError("not_found", LINK_IS_OVER);
  parseInput(passwordSchema, password, "password");
  const member = await prisma().member.findUnique({
    where: { id: link.memberId, email: link.email },
    select: { id: true, email: true, name: true },
  });
  if (!member) throw new AppError("not_found", LINK_IS_OVER);
  await refuseWeakPassword(password, [member.email, member.name]);
  const passwordHash = await hashPassword(password);
  return prisma().$transaction(async (tx) => {
    if (!(await useLink(tx, "reset", link))) return resetBefore(tx, member.id, password);
    // Somebody who signed up with this address before its owner may have linked their own log-in.
    await tx.linkedLogIn.deleteMany({ where: { memberId: member.id, member: { emailVerifiedAt: null } } });
    await tx.passkey.deleteMany({ where: { memberId: member.id, member: { emailVerifiedAt: null } } });
    const { sessionVersion } = await tx.member.update({
      where: { id: member.id },
      data: { passwordHash, sessionVersion: { increment: 1 }, emailVerifiedAt: now },
      select: { sessionVersion: true },
    });
    await tx.logIn.deleteMany({ where: { memberId: member.id } });
    await endLinks(tx, member.id);
    await queueMail(tx, { to: member.email, kind: "passwordChanged", data: { name: member.name } }, now);
    return { ...member, sessionVersion };
  });
}

/**
 * The member, if another click on the same form has used the link, with this password, while this request was in
 * progress. Throws `not_found` otherwise.
 */
async function resetBefore(tx: ControlTx, id: string, password: string): Promise<VerifiedMember> {
  const member = await tx.member.findUnique({ where: { id } });
  if (!member || !(await verifyPassword(member.passwordHash, password))) throw new AppError("not_found", LINK_IS_OVER);
  return { id, email: member.email, name: member.name, sessionVersion: member.sessionVersion };
}
