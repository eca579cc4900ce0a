import { type ControlTx, prisma } from "@/lib/db/prisma";
import { type MailKind, OWN_KINDS } from "./kinds";
import { mailMode } from "./setup";

export type MailShown = {
  id: string;
  recipient: string;
  kind: string;
  createdAt: Date;
  sentAt: Date | null;
  /** When it is tried next; null if it was sent or given up; in the past if it waits for a mail server, or its turn. */
  dueAt: Date | null;
  fault: string | null;
};

const shown = {
  id: true,
  recipient: true,
  kind: true,
  createdAt: true,
  sentAt: true,
  dueAt: true,
  fault: true,
} as const;
const SHOWN_MAX = 50;
const OWN_MAX = 5;
const ALL_MAX = 1_000;

/** How long a mail may wait for its first attempt before it is shown, in ms: usually it is sent within seconds. */
const WAIT_MS = 60_000;

/** Selects mails that failed or have waited too long for a first attempt; in development, /mailbox shows the latter. */
const unsentAt = (now: Date) => ({
  sentAt: null,
  OR: [
    { fault: { not: null } },
    ...(mailMode() === "mailbox" ? [] : [{ createdAt: { lt: new Date(now.getTime() - WAIT_MS) } }]),
  ],
});

/** Adds a reason, in words for members, to mails that nobody has tried to send. */
function withReason(mails: MailShown[]): MailShown[] {
  const reason = mailMode() === "none" ? "This instance cannot send mail yet." : "It waits for its turn.";
  return mails.map((mail) => ({ ...mail, fault: mail.fault ?? reason }));
}

/** An organization's mails that could not be sent so far, newest first. Uses mails_organization_id_idx. */
export const unsentMails = async (organizationId: string, now: Date): Promise<MailShown[]> =>
  withReason(
    await prisma().mail.findMany({
      where: { organizationId, ...unsentAt(now) },
      orderBy: { createdAt: "desc" },
      take: SHOWN_MAX,
      select: shown,
    }),
  );

/** An address that a member is to confirm, and the id of the link in the mail to it. */
type Pending = { id: string; email: string };

/**
 * A member's own mails that could not be sent so far, newest first. Excludes mails that others sent, such as
 * invitations, as the address may not be this member's. Uses mails_unsent_idx.
 */
export async function unsentMailsTo(email: string, pending: readonly Pending[], now: Date): Promise<MailShown[]> {
  const toConfirm = pending.map(({ id, email: recipient }) => ({
    recipient,
    kind: "verify",
    data: { path: ["linkId"], equals: id },
  }));
  const found = await prisma().mail.findMany({
    where: { AND: [unsentAt(now), { OR: [{ recipient: email, kind: { in: [...OWN_KINDS] } }, ...toConfirm] }] },
    orderBy: { createdAt: "desc" },
    take: OWN_MAX,
    select: shown,
  });
  return withReason(found);
}

/** The instance's waiting and given-up mails, newest first, for the operator only. Uses mails_unsent_idx. */
export const allUnsentMails = (): Promise<(MailShown & { tries: number })[]> =>
  prisma().mail.findMany({
    where: { sentAt: null },
    orderBy: { createdAt: "desc" },
    take: ALL_MAX,
    select: { ...shown, tries: true },
  });

/**
 * How many mails of a kind an organization has queued since `since`, in all and to one address. Uses
 * mails_organization_id_idx.
 */
export async function queuedSince(
  db: ControlTx,
  organizationId: string,
  { kind, recipient }: { kind: MailKind; recipient: string },
  since: Date,
): Promise<{ all: number; toOne: number }> {
  const where = { organizationId, kind, createdAt: { gt: since } };
  return { all: await db.mail.count({ where }), toOne: await db.mail.count({ where: { ...where, recipient } }) };
}

/** How many mails of a kind have been queued to an address since `since`. Uses mails_created_idx. */
export const queuedTo = (
  db: ControlTx,
  { kind, recipient }: { kind: MailKind; recipient: string },
  since: Date,
): Promise<number> => db.mail.count({ where: { kind, recipient, createdAt: { gt: since } } });

/** The newest mails of the whole instance, for the mailbox in development. Uses mails_created_idx. */
export const newestMails = (): Promise<(MailShown & { data: unknown })[]> =>
  prisma().mail.findMany({ orderBy: { createdAt: "desc" }, take: SHOWN_MAX, select: { ...shown, data: true } });
