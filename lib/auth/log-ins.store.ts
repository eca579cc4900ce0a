import { logInLifeSeconds } from "@/lib/auth/log-in-life";
import { whereExpired } from "@/lib/auth/log-in-life.queries";
import { logInMethodInWords } from "@/lib/auth/log-ins.queries";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { type Browser, mailAboutNewBrowser } from "@/lib/auth/new-browser.store";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { config } from "@/lib/config";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { isUuid, newId } from "@/lib/ids";

/**
 * The most log-ins of a member at once; one more ends the oldest. Bounds what somebody who knows a password can store.
 */
export const LOG_INS_PER_MEMBER = 100;
/** Characters of `device`: a browser and a system. */
const DEVICE_MAX_LENGTH = 80;

/** How a log-in began. */
export const METHODS = ["password", "oidc", "github", "google", "passkey"] as const;
export type Method = (typeof METHODS)[number];

/** Whether beginning a log-in with this method proves two factors, without a code of ours. */
export const provesTwoFactors = (method: Method): boolean =>
  method === "passkey" || (method === "oidc" && config().OIDC_SECOND_FACTOR === "always");

export type LogIn = { id: string; expiresAt: Date };

/**
 * Starts a log-in; a member is notified by mail of one in a new browser. `device` describes it so that the member
 * recognises it: "Chrome 141 on Windows". Also deletes the expired log-ins of all members.
 */
export async function beginLogIn(
  member: VerifiedMember,
  device: string,
  now: Date,
  method: Method = "password",
  browser: Browser = "known",
): Promise<LogIn> {
  const memberId = member.id;
  const surplus = await prisma().logIn.findMany({
    where: { memberId },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    skip: LOG_INS_PER_MEMBER - 1,
    select: { id: true },
  });
  const ended = { OR: [whereExpired(now), { id: { in: surplus.map(({ id }) => id) } }] };
  const expiresAt = new Date(now.getTime() + logInLifeSeconds() * 1000);
  // Members with a second factor have entered its code, unless the method itself proves two.
  const twoFactor = provesTwoFactors(method) || (await hasSecondFactor(memberId));
  const data = {
    id: newId(),
    memberId,
    sessionVersion: member.sessionVersion,
    createdAt: now,
    confirmedAt: now,
    expiresAt,
    lastUsedOn: now,
    usedAt: now,
    device: device.slice(0, DEVICE_MAX_LENGTH),
    method,
    twoFactor,
  };
  await prisma().$transaction(async (tx) => {
    await tx.logIn.create({ data });
    await tx.logIn.deleteMany({ where: ended });
    await mailAboutNewBrowser(tx, { member, browser, device: data.device, way: logInMethodInWords(method) }, now);
  });
  return { id: data.id, expiresAt };
}

/** Records that the log-in's member has just confirmed that it is them; `proved`: how. */
export async function confirmLogIn(
  id: string,
  memberId: string,
  proved: "one factor" | "two factors",
  now: Date,
): Promise<void> {
  const data = { confirmedAt: now, ...(proved === "two factors" ? { twoFactor: true } : {}) };
  await prisma().logIn.updateMany({ where: { id, memberId }, data });
}

/**
 * To call when a member removed a second factor: if it was the last, their log-ins no longer count as proved by two.
 */
export async function forgetTwoFactor(tx: ControlTx, memberId: string): Promise<void> {
  const [codes, passkeys] = [
    await tx.secondFactor.count({ where: { memberId, confirmedAt: { not: null } } }),
    await tx.passkey.count({ where: { memberId } }),
  ];
  if (codes + passkeys > 0) return;
  const provedOtherwise = METHODS.filter((method) => method !== "passkey" && provesTwoFactors(method));
  await tx.logIn.updateMany({ where: { memberId, method: { notIn: provedOtherwise } }, data: { twoFactor: false } });
}

/** Ends the log-in at once, in every process. Does nothing if it has ended. */
export async function endLogIn(id: string): Promise<void> {
  if (isUuid(id)) await prisma().logIn.deleteMany({ where: { id } });
}

/** Ends one of a member's log-ins, or all except one; never another member's. */
export async function endLogInOf(memberId: string, which: { id: string } | { except: string }): Promise<void> {
  if (!isUuid("id" in which ? which.id : which.except)) return;
  const where = "id" in which ? { id: which.id } : { id: { not: which.except } };
  await prisma().logIn.deleteMany({ where: { memberId, ...where } });
}

/** Deletes expired log-ins, also of members who never log in again. Reads all log-ins: a few of each member. */
export async function deleteExpiredLogIns(now: Date): Promise<void> {
  await prisma().logIn.deleteMany({ where: whereExpired(now) });
}
