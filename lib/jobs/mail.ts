import { letterOf } from "@/lib/auth/letters";
import { type Config, config } from "@/lib/config";
import { logFault } from "@/lib/faults/log";
import { claimDueMails, type DueMail, forgetOldMails, markFailed, markSent } from "@/lib/mail/mails.store";
import { isHopeless, mailFault, smtpTransport, type Transport } from "@/lib/mail/transport";
import { RunAgain } from "./loop";

/** How often the queue is looked at, in ms; one look-up in a partial index. */
const EVERY_MS = 5_000;
/** Mails of one run: at 30 s of silence each they stay within a lease. */
const AT_ONCE = 10;
const CLEAN_EVERY_MS = 60 * 60_000;

let transport: { url: string; smtp: Transport } | null = null;
let cleanedAt = 0;

type MailSettings = Pick<Config, "SMTP_URL" | "APP_URL" | "MAIL_FROM">;

/** Sends what is due, and queues what failed again. Without SMTP mails stay where they are. */
export async function sendMails(
  now: number,
  signal: AbortSignal,
  { SMTP_URL, APP_URL, MAIL_FROM }: MailSettings = config(),
): Promise<RunAgain> {
  if (now - cleanedAt > CLEAN_EVERY_MS) {
    await forgetOldMails(new Date(now));
    cleanedAt = now;
  }
  if (SMTP_URL === "") return new RunAgain(EVERY_MS);
  if (transport?.url !== SMTP_URL) {
    transport?.smtp.close();
    transport = { url: SMTP_URL, smtp: smtpTransport(SMTP_URL) };
  }
  const due = await claimDueMails(AT_ONCE, new Date(now));
  for (const mail of due) {
    if (signal.aborted) break;
    await deliver(transport.smtp, mail, MAIL_FROM, new URL(APP_URL).origin, now);
  }
  return new RunAgain(due.length === AT_ONCE ? 0 : EVERY_MS);
}

async function deliver(smtp: Transport, mail: DueMail, from: string, origin: string, now: number): Promise<void> {
  const letter = letterOf(mail.kind, mail.data, origin);
  if (!letter)
    return markFailed(mail, "This version of Throughline does not know this kind of mail.", true, new Date(now));
  try {
    await smtp.send({ id: mail.id, to: mail.recipient, from }, letter);
  } catch (error) {
    // What a mail server answers may quote the address: it is shown to the team, but not logged.
    logFault(
      `a mail of kind ${mail.kind} could not be sent`,
      new Error(String((error as { code?: unknown }).code ?? "")),
    );
    return markFailed(mail, mailFault(error), isHopeless(error), new Date(now));
  }
  await markSent(mail.id, new Date(now));
}
