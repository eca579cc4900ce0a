import { timingSafeEqual } from "node:crypto";
import sql from "sql-template-tag";
import { forgetTwoFactor } from "@/lib/auth/log-ins.store";
import {
  enrolment,
  hashRecoveryCode,
  newFactorSecret,
  newRecoveryCodes,
  openFactorSecret,
  resealFactorSecret,
  sealFactorSecret,
  timeStepOfCode,
} from "@/lib/auth/second-factor";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { secrets } from "@/lib/config";
import type { Pool } from "@/lib/db/pool";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import { queuedTo } from "@/lib/mail/mails.queries";
import { lockRecipient, queueMail } from "@/lib/mail/mails.store";

/** Requests that come closer together may be one double click. */
const DOUBLE_CLICK_MS = 10_000;
const HOUR_MS = 3_600_000;

export type SealedFactor = { id: string; stored: Buffer };

/** A new secret for the member's authenticator app, shown once: as the URI of a QR code, and to type. */
export type Enrolment = { uri: string; typed: string };

/** A new secret, which has no effect until a code of it is entered. Throws `conflict` if one is in use. */
export async function beginSecondFactor(member: { id: string; email: string }): Promise<Enrolment> {
  const secret = newFactorSecret();
  const stored = Uint8Array.from(sealFactorSecret(secrets(), member.id, secret));
  await prisma().secondFactor.deleteMany({ where: { memberId: member.id, confirmedAt: null } });
  if (await hasSecondFactor(member.id))
    throw new AppError("conflict", "You already have a second factor. Turn it off first.");
  await prisma().secondFactor.create({ data: { memberId: member.id, secret: stored } });
  return enrolment(secret, member.email);
}

/**
 * Activates the new secret with one of its codes; returns the recovery codes, once. Throws `unprocessable` on `code`.
 */
export async function confirmSecondFactor(memberId: string, code: string, now: Date): Promise<string[]> {
  return prisma().$transaction(async (tx) => {
    const found = await lockFactor(tx, memberId);
    if (!found || found.confirmedAt !== null)
      throw new AppError("conflict", "This setup was already completed or abandoned. Start over.");
    const secret = openFactorSecret(secrets(), memberId, found.secret);
    const step = timeStepOfCode(secret, code, 0, now.getTime());
    if (step === null) throw wrongCodeError();
    const codes = newRecoveryCodes();
    const recovery = codes.map((one) => Uint8Array.from(hashRecoveryCode(secret, one) as Buffer));
    await tx.secondFactor.update({
      where: { memberId },
      data: { confirmedAt: now, lastStep: BigInt(step), usedAt: now, recovery },
    });
    await notify(tx, memberId, "secondFactorOn", now);
    return codes;
  });
}

/**
 * Checks a code of the app, each valid once, or a recovery code, which is used up. Also true for members without a
 * second factor. The row is locked, so that of two log-ins with the same code only one gets in.
 */
export async function redeemCode(memberId: string, code: string, now: Date): Promise<boolean> {
  return prisma().$transaction(async (tx) => {
    const found = await lockFactor(tx, memberId);
    if (!found || found.confirmedAt === null) return true;
    const secret = openFactorSecret(secrets(), memberId, found.secret);
    const step = timeStepOfCode(secret, code, Number(found.lastStep), now.getTime());
    if (step !== null) {
      await tx.secondFactor.update({ where: { memberId }, data: { lastStep: BigInt(step), usedAt: now } });
      return true;
    }
    if (timeStepOfCode(secret, code, 0, now.getTime()) !== null) {
      logFault("log-in refused", new Error("a one-time code was used a second time"));
      await mailAboutReuse(tx, memberId, { usedAt: found.usedAt, now });
    }
    const hashes = [secret, ...secrets()].flatMap((key) => hashRecoveryCode(key, code) ?? []);
    const left = found.recovery.filter((one) => !hashes.some((hash) => timingSafeEqual(hash, one)));
    if (left.length === found.recovery.length) return false;
    await tx.secondFactor.update({ where: { memberId }, data: { recovery: left } });
    return true;
  });
}

/**
 * Mails the member that a code of theirs was entered again, once an hour: somebody may have watched them. Not if it was
 * used a moment before, as by a double click.
 */
async function mailAboutReuse(tx: ControlTx, memberId: string, { usedAt, now }: { usedAt: Date | null; now: Date }) {
  if (usedAt === null || now.getTime() - usedAt.getTime() < DOUBLE_CLICK_MS) return;
  const { email } = await tx.member.findUniqueOrThrow({ where: { id: memberId }, select: { email: true } });
  await lockRecipient(tx, email);
  const since = new Date(now.getTime() - HOUR_MS);
  if ((await queuedTo(tx, { kind: "codeReused", recipient: email }, since)) === 0)
    await notify(tx, memberId, "codeReused", now);
}

/** Turns the second factor off with a code or recovery code. Throws `unprocessable` on `code`. */
export async function endSecondFactor(memberId: string, code: string, now: Date): Promise<void> {
  if (!(await redeemCode(memberId, code, now))) throw wrongCodeError();
  await removeSecondFactor(memberId, now);
}

/** Turns the second factor off without a code: for the operator, if phone and recovery codes are lost. */
export async function removeSecondFactor(memberId: string, now: Date): Promise<void> {
  await prisma().$transaction(async (tx) => {
    const { count } = await tx.secondFactor.deleteMany({ where: { memberId } });
    await forgetTwoFactor(tx, memberId);
    if (count > 0) await notify(tx, memberId, "secondFactorOff", now);
  });
}

/** Notifies a member by mail, because somebody else may have used their browser. */
type Notice = "secondFactorOn" | "secondFactorOff" | "codeReused";
async function notify(tx: ControlTx, memberId: string, kind: Notice, now: Date) {
  const { email, name } = await tx.member.findUniqueOrThrow({ where: { id: memberId } });
  await queueMail(tx, { to: email, kind, data: { name } }, now);
}

export const wrongCodeError = (): AppError =>
  new AppError("unprocessable", "That is neither the code your app shows now nor a recovery code.", { field: "code" });

async function lockFactor(tx: ControlTx, memberId: string) {
  await tx.$queryRaw(sql`SELECT member_id FROM second_factors WHERE member_id = ${memberId}::uuid FOR UPDATE`);
  return tx.secondFactor.findUnique({ where: { memberId } });
}

/** Sealed secrets by their members' ids, in order, after `after`. second_factors_pkey. */
export async function sealedFactors(db: Pool, after: string, limit: number): Promise<SealedFactor[]> {
  const { rows } = await db.query<SealedFactor>(sql`
    SELECT member_id AS id, secret AS stored FROM second_factors WHERE member_id > ${after} ORDER BY 1 LIMIT ${limit}`);
  return rows;
}

/** Seals a secret with the current AUTH_SECRET, unless it was replaced meanwhile. Throws like `openFactorSecret`. */
export async function resealFactor(db: Pool, { id, stored }: SealedFactor): Promise<void> {
  const renewed = resealFactorSecret(secrets(), id, stored);
  if (renewed)
    await db.query(sql`UPDATE second_factors SET secret = ${renewed} WHERE member_id = ${id} AND secret = ${stored}`);
}

/** Deletes a second factor that cannot be read any more; false if it can. */
export async function forgetUnreadableFactor(db: Pool, { id, stored }: SealedFactor): Promise<boolean> {
  try {
    openFactorSecret(secrets(), id, stored);
    return false;
  } catch {
    await db.query(sql`DELETE FROM second_factors WHERE member_id = ${id} AND secret = ${stored}`);
    return true;
  }
}
