import { mailContent } from "@/lib/auth/mail-contents";
import { isLinkValid } from "@/lib/auth/mail-links.queries";
import { type Config, config } from "@/lib/config";
import { type Pool, pool } from "@/lib/db/pool";
import { logFault } from "@/lib/faults/log";
import {
  adoptMails,
  claimMail,
  type DueMail,
  forgetOldMails,
  giveUpMail,
  markMailFailed,
  markMailSent,
  releaseUnclaimedMail,
} from "@/lib/mail/mails.store";
import { isPermanentFailure, mailFault, smtpTransport, type Transport } from "@/lib/mail/transport";
import { takeJob } from "@/lib/queue/queue.store";
import { RunAgain } from "./loop";

/** How often the queue is checked, in ms; one lookup in a partial index. */
const EVERY_MS = 5_000;
/** Mails per run. */
const AT_ONCE = 10;
const CLEAN_EVERY_MS = 60 * 60_000;

let transport: { url: string; smtp: Transport } | null = null;
let cleanedAt = 0;

type MailSettings = Pick<Config, "SMTP_URL" | "APP_URL" | "MAIL_FROM">;

/** Sends mails that are due, and reschedules those that failed. Without SMTP mails stay queued. */
export async function sendMails(
  now: number,
  signal: AbortSignal,
  { SMTP_URL, APP_URL, MAIL_FROM }: MailSettings = config(),
): Promise<RunAgain> {
  if (now - cleanedAt > CLEAN_EVERY_MS) {
    await forgetOldMails(new Date(now));
    await adoptMails(pool());
    cleanedAt = now;
  }
  if (SMTP_URL === "") return new RunAgain(EVERY_MS);
  if (transport?.url !== SMTP_URL) {
    transport?.smtp.close();
    transport = { url: SMTP_URL, smtp: smtpTransport(SMTP_URL) };
  }
  const envelope = { from: MAIL_FROM, origin: new URL(APP_URL).origin };
  let sent = 0;
  for (; sent < AT_ONCE && !signal.aborted; sent++) {
    const job = await takeJob("mail");
    if (!job) break;
    const mail = await claimMail(pool(), job.id);
    if (mail) await deliver(pool(), transport.smtp, mail, envelope, now);
    else await releaseUnclaimedMail(pool(), job.id);
  }
  await giveUpDeadJobs(signal);
  return new RunAgain(sent === AT_ONCE ? 0 : EVERY_MS);
}

/** Marks mails whose job pg-boss gave up. */
async function giveUpDeadJobs(signal: AbortSignal): Promise<void> {
  for (let count = 0; count < AT_ONCE && !signal.aborted; count++) {
    const job = await takeJob("mail-dead");
    if (!job) return;
    await giveUpMail(pool(), { id: job.id, mailId: String(job.data.mailId) });
  }
}

type Envelope = { from: string; origin: string };

async function deliver(db: Pool, smtp: Transport, mail: DueMail, { from, origin }: Envelope, now: number) {
  const content = mailContent(mail.kind, mail.data, origin);
  if (!content)
    return markMailFailed(db, mail.id, "This version of Throughline does not know this kind of mail.", true);
  if (!(await isLinkValid(mail.kind, mail.data, new Date(now))))
    return markMailFailed(db, mail.id, "The link in it is no longer valid, so it was not sent.", true);
  try {
    await smtp.send({ id: mail.id, to: mail.recipient, from }, content);
  } catch (error) {
    // A mail server's answer may quote the address: it is shown to the team, but not logged.
    logFault(
      `a mail of kind ${mail.kind} could not be sent`,
      new Error(String((error as { code?: unknown }).code ?? "")),
    );
    return markMailFailed(db, mail.id, mailFault(error), isPermanentFailure(error));
  }
  await markMailSent(db, mail.id, new Date(now));
}
