import sql from "sql-template-tag";
import type { Prisma } from "@/lib/db/generated/client";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import type { TeamScope } from "@/lib/scope";
import type { MailData, MailKind } from "./kinds";

/** Between tries, in minutes; after the last the mail is given up, a day and a half after it was queued. */
const RETRY_MINUTES = [1, 5, 15, 60, 180, 360, 720, 720];
/** How long a process may take for the mails it claimed before another one tries them, in minutes. */
const LEASE_MINUTES = 10;
/** How long sent and failed mails are shown, in days. */
const KEPT_DAYS = 30;
const FAULT_MAX_LENGTH = 300;
const MINUTE_MS = 60_000;

export type DueMail = { id: string; recipient: string; kind: string; data: unknown; tries: number };

/** Queues a mail, in the same transaction as what it is about. `organizationId`: whose admins see how it went. */
export async function queueMail<Kind extends MailKind>(
  tx: ControlTx,
  mail: { to: string; kind: Kind; data: MailData[Kind]; organizationId?: string },
  now: Date,
): Promise<void> {
  await tx.mail.create({
    data: {
      id: newId(),
      organizationId: mail.organizationId ?? null,
      recipient: mail.to,
      kind: mail.kind,
      data: mail.data as Prisma.InputJsonObject,
      createdAt: now,
      dueAt: now,
    },
  });
}

/**
 * At most `limit` mails that are due, for this process to send within LEASE_MINUTES; `tries` counts this one. SKIP
 * LOCKED: no other process gets them meanwhile. Uses mails_due_idx.
 */
export async function claimDueMails(limit: number, now: Date): Promise<DueMail[]> {
  return prisma().$queryRaw<DueMail[]>(sql`
    UPDATE mails SET tries = tries + 1, due_at = ${new Date(now.getTime() + LEASE_MINUTES * MINUTE_MS)}
     WHERE id IN (SELECT id FROM mails WHERE due_at <= ${now} ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, recipient, kind, data, tries`);
}

export async function markSent(id: string, now: Date): Promise<void> {
  await prisma().mail.updateMany({ where: { id }, data: { sentAt: now, dueAt: null, fault: null } });
}

/** Sets when a mail that could not be sent is tried again; never after the last try, or when that is `hopeless`. */
export async function markFailed(
  { id, tries }: Pick<DueMail, "id" | "tries">,
  fault: string,
  hopeless: boolean,
  now: Date,
): Promise<void> {
  const minutes = hopeless ? undefined : RETRY_MINUTES[tries - 1];
  const dueAt = minutes === undefined ? null : new Date(now.getTime() + minutes * MINUTE_MS);
  await prisma().mail.updateMany({ where: { id }, data: { dueAt, fault: fault.slice(0, FAULT_MAX_LENGTH) } });
}

/** Tries a mail again at once, whether it waits or was given up; of that organization only. */
export async function retryMail({ organizationId }: TeamScope, id: string, now: Date): Promise<void> {
  await prisma().mail.updateMany({ where: { id, organizationId, sentAt: null }, data: { dueAt: now, tries: 0 } });
}

/** Forgets mails of more than KEPT_DAYS ago. Uses mails_created_idx. */
export async function forgetOldMails(now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_DAYS * 24 * 60 * MINUTE_MS);
  await prisma().mail.deleteMany({ where: { createdAt: { lt: before } } });
}
