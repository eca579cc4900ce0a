import sql from "sql-template-tag";
import type { Prisma } from "@/lib/db/generated/client";
import { type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { completeJob, enqueue, enqueueAll, failJob, restartJob, viaPool, viaPrisma } from "@/lib/queue/queue.store";
import type { TeamScope } from "@/lib/scope";
import type { MailData, MailKind } from "./kinds";

/**
 * A mail is a row and a pg-boss job that schedules its attempts; the job only has the row's id. `due_at` is the time of
 * the next attempt, and keeps older versions, without pg-boss, from sending the mail at the same time.
 */
const QUEUE = "mail";
/** How long a process may take for a mail before another one may try it, in minutes. */
const LEASE_MINUTES = 10;
/** How long sent mails are kept, how long others may wait, and how long those are shown after that, in days. */
const KEPT_DAYS = 30;
const ADOPT_AT_ONCE = 1_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const FAULT_MAX_LENGTH = 300;
const MINUTE_MS = 60_000;

export type DueMail = { id: string; recipient: string; kind: string; data: unknown };

/** Queues a mail in the transaction of the change that it reports. `organizationId`: whose admins see its status. */
export async function queueMail<Kind extends MailKind>(
  tx: ControlTx,
  mail: { to: string; kind: Kind; data: MailData[Kind]; organizationId?: string },
  now: Date,
): Promise<void> {
  const id = newId();
  await tx.mail.create({
    data: {
      id,
      organizationId: mail.organizationId ?? null,
      recipient: mail.to,
      kind: mail.kind,
      data: mail.data as Prisma.InputJsonObject,
      createdAt: now,
      dueAt: now,
    },
  });
  await enqueue(viaPrisma(tx), QUEUE, jobOf(id));
}

/**
 * Serializes transactions that count an address' mails before they queue another, as concurrent ones would each find
 * room. The lock is held until the transaction ends.
 */
export async function lockRecipient(tx: ControlTx, email: string): Promise<void> {
  await tx.$queryRaw(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`mails to ${email}`}, 0))::text`);
}

const jobOf = (id: string) => ({ id, data: { mailId: id } });

/** Queues jobs for the mails of an older version, after an update or while that still runs. Uses mails_due_idx. */
export async function adoptMails(db: Pool): Promise<void> {
  for (let after = FIRST_ID; ; ) {
    const { rows } = await db.query<{ id: string; due: number }>(sql`
      SELECT id, due_at AS due
        FROM mails
       WHERE due_at IS NOT NULL AND id > ${after}
       ORDER BY id
       LIMIT ${ADOPT_AT_ONCE}`);
    await enqueueAll(
      viaPool(db),
      QUEUE,
      rows.map(({ id, due }) => ({ ...jobOf(id), startAfter: new Date(due) })),
    );
    if (rows.length < ADOPT_AT_ONCE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

/** Claims a mail for the process that has its job; null if there is none, or an older version is sending it. */
export async function claimMail(db: Pool, id: string): Promise<DueMail | null> {
  const { rows } = await db.query<DueMail>(sql`
    UPDATE mails
       SET tries = tries + 1, due_at = now() + ${LEASE_MINUTES} * interval '1 minute'
     WHERE id = ${id} AND due_at IS NOT NULL AND (tries = 0 OR due_at <= now())
    RETURNING id, recipient, kind, data`);
  return rows[0] ?? null;
}

/**
 * Ends the job of a mail that could not be claimed because it was deleted, sent or given up; otherwise the job is
 * retried later.
 */
export async function releaseUnclaimedMail(db: Pool, id: string): Promise<void> {
  await transaction(db, async (tx) => {
    const { rowCount } = await tx.query(sql`SELECT FROM mails WHERE id = ${id} AND due_at IS NOT NULL`);
    if (rowCount) await failJob(tx, QUEUE, id);
    else await completeJob(viaPool(tx), QUEUE, id);
  });
}

export async function markMailSent(db: Pool, id: string, now: Date): Promise<void> {
  await transaction(db, async (tx) => {
    await tx.query(sql`UPDATE mails SET sent_at = ${now}, due_at = NULL, fault = NULL WHERE id = ${id}`);
    await completeJob(viaPool(tx), QUEUE, id);
    await deleteFarewell(tx, id);
  });
}

/** Records why a mail could not be sent, and when it is retried: never, if `isFinal`. */
export async function markMailFailed(db: Pool, id: string, fault: string, isFinal: boolean): Promise<void> {
  await transaction(db, async (tx) => {
    const dueAt = isFinal ? null : await failJob(tx, QUEUE, id);
    if (isFinal) await completeJob(viaPool(tx), QUEUE, id);
    await tx.query(sql`
      UPDATE mails SET due_at = ${dueAt}, fault = ${fault.slice(0, FAULT_MAX_LENGTH)} WHERE id = ${id}`);
    if (dueAt === null) await deleteFarewell(tx, id);
  });
}

/** Gives up a mail whose job was given up, after its last failure or because every process that tried it died. */
export async function giveUpMail(db: Pool, { id, mailId }: { id: string; mailId: string }): Promise<void> {
  await transaction(db, async (tx: Tx) => {
    const fault = "The e-mail could not be sent: every attempt was cut off.";
    await tx.query(sql`
      UPDATE mails SET due_at = NULL, fault = coalesce(fault, ${fault}) WHERE id = ${mailId} AND sent_at IS NULL`);
    await completeJob(viaPool(tx), `${QUEUE}-dead`, id);
    await deleteFarewell(tx, mailId);
  });
}

/** Deletes the notice to somebody who deleted their account, the last row with their name. Primary key. */
const deleteFarewell = (tx: Tx, id: string) =>
  tx.query(sql`DELETE FROM mails WHERE id = ${id} AND kind = 'accountDeleted' AND due_at IS NULL`);

/**
 * Deletes the mails to these addresses, and mails to others with that name in them, about invitations or a changed
 * address. Such mails of another member with the same name disappear from the list, too. Scans the mails of the last
 * KEPT_DAYS.
 */
export async function forgetMails(
  tx: ControlTx,
  { addresses, name }: { addresses: readonly string[]; name: string },
): Promise<void> {
  await tx.$executeRaw(sql`
    DELETE FROM mails
     WHERE recipient = ANY(${addresses})
        OR due_at IS NULL AND (data->>'name' = ${name} OR data->>'inviter' = ${name})
        OR kind = 'invitation' AND data->>'inviter' = ${name}
           AND NOT EXISTS (SELECT FROM invitations i WHERE i.id::text = data->>'invitationId')`);
}

/** Retries a mail at once, whether it is waiting or was given up; only of that organization. */
export async function retryMail({ organizationId }: TeamScope, id: string, now: Date): Promise<void> {
  await transaction(pool(), async (tx) => {
    const { rowCount } = await tx.query(sql`
      SELECT FROM mails WHERE id = ${id} AND organization_id = ${organizationId} AND sent_at IS NULL FOR UPDATE`);
    if (!rowCount || !(await restartJob(tx, QUEUE, jobOf(id)))) return;
    await tx.query(sql`UPDATE mails SET due_at = ${now}, tries = 0 WHERE id = ${id}`);
  });
}

/**
 * Deletes sent mails older than KEPT_DAYS and given-up ones older than twice that, then gives up those that have waited
 * for KEPT_DAYS: no waiting mail is deleted. Uses mails_created_idx and mails_due_idx.
 */
export async function forgetOldMails(now: Date): Promise<void> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * MINUTE_MS);
  await prisma().mail.deleteMany({
    where: {
      dueAt: null,
      OR: [
        { createdAt: { lt: daysAgo(KEPT_DAYS) }, sentAt: { not: null } },
        { createdAt: { lt: daysAgo(2 * KEPT_DAYS) } },
      ],
    },
  });
  // Its job ends when it finds nothing to send.
  await pool().query(sql`
    UPDATE mails SET due_at = NULL, fault = coalesce(fault, ${`It was not sent within ${KEPT_DAYS} days.`})
     WHERE created_at < ${daysAgo(KEPT_DAYS)} AND due_at IS NOT NULL`);
}
