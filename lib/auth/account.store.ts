import { isRecent } from "@/lib/auth/log-ins.queries";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { isUniqueViolation } from "@/lib/auth/members.store";
import { endLinks, findLink, makeLink, useLink } from "@/lib/auth/one-time-links.store";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { refuseWeakPassword } from "@/lib/auth/password-strength";
import { emailSchema, memberNameSchema, passwordSchema } from "@/lib/auth/schemas";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { queueMail } from "@/lib/mail/mails.store";
import { parseInput } from "@/lib/validate";

/** Renames a member. Everything else about the own account requires the password again. */
export async function renameMember(memberId: string, name: string): Promise<void> {
  await prisma().member.updateMany({
    where: { id: memberId },
    data: { name: parseInput(memberNameSchema, name, "name") },
  });
}

type Owner = { id: string; email: string; name: string };

/** Proof that it is the member: their password or, if they have none, another recent confirmation. */
export type Confirmation = { current: string; logIn: string | null };

/**
 * Returns the member if they have confirmed that it is them; throws `unprocessable` on `current`, or `unconfirmed`.
 * Takes tens of milliseconds.
 */
export async function confirmOwner(memberId: string, { current, logIn }: Confirmation, now: Date): Promise<Owner> {
  const member = await prisma().member.findUnique({ where: { id: memberId } });
  if (!member) throw new AppError("unprocessable", "That is not your password.", { field: "current" });
  if (member.passwordHash === null) {
    const isTheirs = logIn !== null && (await prisma().logIn.count({ where: { id: logIn, memberId } })) > 0;
    if (!isTheirs || !(await isRecent(logIn, now))) throw new AppError("unconfirmed", "Confirm first that it is you.");
  } else if (!(await verifyPassword(member.passwordHash, current)))
    throw new AppError("unprocessable", "That is not your password.", { field: "current" });
  return { id: member.id, email: member.email, name: member.name };
}

/**
 * Sets a new password, or the first one; ends all log-ins except `exceptLogIn`. Mails the address. Returns the member.
 */
export async function changePassword(
  memberId: string,
  { current, password, exceptLogIn }: { current: string; password: string; exceptLogIn: string | null },
  now: Date,
): Promise<VerifiedMember> {
  parseInput(passwordSchema, password, "password");
  const member = await confirmOwner(memberId, { current, logIn: exceptLogIn }, now);
  await refuseWeakPassword(password, [member.email, member.name]);
  const passwordHash = await hashPassword(password);
  return prisma().$transaction((tx) => savePassword(tx, member, { passwordHash, exceptLogIn }, now));
}

/**
 * Sets the new password of somebody whose old one was refused when they logged in, once for each such log-in; ends all
 * log-ins. Throws `unprocessable` on `password`, and `unauthorized` if it was changed since.
 */
export async function replacePassword(proved: VerifiedMember, password: string, now: Date): Promise<VerifiedMember> {
  parseInput(passwordSchema, password, "password");
  await refuseWeakPassword(password, [proved.email, proved.name]);
  const passwordHash = await hashPassword(password);
  return prisma().$transaction(async (tx) => {
    const member = await tx.member.findUnique({
      where: { id: proved.id },
      select: { id: true, email: true, name: true },
    });
    const saved = member && (await savePassword(tx, member, { passwordHash, exceptLogIn: null }, now));
    if (saved?.sessionVersion !== proved.sessionVersion + 1)
      throw new AppError("unauthorized", "Your password was changed meanwhile. Log in again.");
    return saved;
  });
}

async function savePassword(
  tx: ControlTx,
  member: Owner,
  { passwordHash, exceptLogIn }: { passwordHash: string; exceptLogIn: string | null },
  now: Date,
): Promise<VerifiedMember> {
  const { id: memberId } = member;
  // The version also ends a log-in that began with the old password and is not stored yet.
  const { sessionVersion } = await tx.member.update({
    where: { id: memberId },
    data: { passwordHash, sessionVersion: { increment: 1 } },
    select: { sessionVersion: true },
  });
  await tx.logIn.deleteMany({ where: { memberId, ...(exceptLogIn === null ? {} : { id: { not: exceptLogIn } }) } });
  await tx.logIn.updateMany({ where: { memberId }, data: { sessionVersion } });
  await endLinks(tx, memberId);
  await queueMail(tx, { to: member.email, kind: "passwordChanged", data: { name: member.name } }, now);
  return { ...member, sessionVersion };
}

/**
 * Mails a link to `email`, which becomes their address once they open it. For their current address, the link only
 * verifies it; if the address is somebody else's, that person gets a notice instead. Throws `unprocessable` on `email`,
 * and `rate_limited`.
 */
export async function requestEmail(memberId: string, wanted: string, now: Date): Promise<void> {
  const email = parseInput(emailSchema, wanted, "email");
  const member = await prisma().member.findUniqueOrThrow({
    where: { id: memberId },
    select: { id: true, email: true, name: true },
  });
  const owner = await prisma().member.findUnique({ where: { email }, select: { id: true, name: true } });
  if (!owner || owner.id === memberId) return mailVerification({ ...member, email }, now);
  // Responds as for a free address; only its owner learns of the request, by mail. The link is only made to count
  // towards the limit.
  await prisma().$transaction(async (tx) => {
    if ((await makeLink(tx, "email", { id: memberId, email }, now)) === null) throw tooManyLinks();
    await queueMail(tx, { to: email, kind: "alreadyMember", data: { name: owner.name } }, now);
  });
}

/** Mails the link that verifies a new member's address. */
export async function mailVerification(member: Owner, now: Date): Promise<void> {
  const made = await prisma().$transaction(async (tx) => {
    const linkId = await makeLink(tx, "email", member, now);
    if (linkId !== null)
      await queueMail(tx, { to: member.email, kind: "verify", data: { name: member.name, linkId } }, now);
    return linkId !== null;
  });
  if (!made) throw tooManyLinks();
}

const tooManyLinks = (): AppError =>
  new AppError("rate_limited", "We sent you several links within the last hour. Look for them, or try again later.");

const addressTaken = (): AppError =>
  new AppError("conflict", "Somebody else has this address already.", { field: "email" });

async function refuseTaken(email: string, memberId: string): Promise<void> {
  const owner = await prisma().member.findUnique({ where: { email }, select: { id: true } });
  if (owner && owner.id !== memberId) throw addressTaken();
}

/** Uses a link: its address is verified, and the member's from now on. Throws `not_found` and `conflict`. */
export async function verifyEmail(token: string, now: Date): Promise<{ email: string }> {
  const link = await findLink("email", token, now);
  if (!link)
    throw new AppError("not_found", "This link has been used or has expired. Request another one in your account.");
  await refuseTaken(link.email, link.memberId);
  const verify = prisma().$transaction(async (tx) => {
    if (!(await useLink(tx, "email", link))) return;
    const before = await tx.member.findUniqueOrThrow({
      where: { id: link.memberId },
      select: { email: true, name: true },
    });
    await tx.member.update({ where: { id: link.memberId }, data: { email: link.email, emailVerifiedAt: now } });
    if (before.email !== link.email)
      await queueMail(tx, { to: before.email, kind: "emailChanged", data: { name: before.name } }, now);
  });
  await verify.catch((error: unknown) => {
    // Somebody else took the address since it was looked up.
    if (isUniqueViolation(error)) throw addressTaken();
    throw error;
  });
  return { email: link.email };
}
