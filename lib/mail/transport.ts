import nodemailer from "nodemailer";
import type { MailContent } from "./kinds";

/**
 * How long to wait for a connection, for the greeting, and while the server is silent, in ms. Mail servers are slow,
 * and only a job waits for them.
 */
const CONNECT_MS = 10_000;
const GREETING_MS = 15_000;
const SILENCE_MS = 30_000;

export type MailEnvelope = { id: string; to: string; from: string };
export type Transport = { send(envelope: MailEnvelope, content: MailContent): Promise<void>; close(): void };

/** A transport over SMTP, by URL: smtp://user:password@host:587 (STARTTLS if the server offers it) or smtps://…:465. */
export function smtpTransport(url: string): Transport {
  const smtp = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ id, to, from }, { subject, text }) => {
      // One id per mail, so that clients that compare ids show a mail once if it was sent twice because we were cut
      // off.
      await smtp.sendMail({
        from,
        to,
        subject,
        text,
        messageId: `<${id}@throughline>`,
        headers: { "Auto-Submitted": "auto-generated" },
      });
    },
    close: () => smtp.close(),
  };
}

/**
 * Whether the mail would be rejected each time. SMTP's permanent errors start with 5, but wrong credentials may be
 * corrected.
 */
export function isPermanentFailure(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  return typeof responseCode === "number" && responseCode >= 500 && code !== "EAUTH";
}

const REFUSED = "The mail server does not accept our user name or password.";
const AWAY = "The mail server cannot be reached.";
const SILENT = "The mail server did not answer in time.";

/** Why a mail could not be sent, in words for members; the server's own words if there are any. */
export function mailFault(error: unknown): string {
  const { code, response, message } = error as { code?: unknown; response?: unknown; message?: unknown };
  if (code === "EAUTH") return REFUSED;
  if (typeof response === "string" && response !== "") return `The mail server answered: ${response}`;
  if (code === "ECONNECTION" || code === "ESOCKET" || code === "EDNS" || code === "ECONNREFUSED") return AWAY;
  if (code === "ETIMEDOUT") return SILENT;
  return `The e-mail could not be sent: ${String(message ?? "no reason given")}`;
}

/** What the operator should check after such a fault; null if no setting. A null `fault`: it has not been tried yet. */
export function settingBehind(fault: string | null): string | null {
  if (fault === null) return "if it stays like this: SMTP_URL";
  return [REFUSED, AWAY, SILENT].includes(fault) ? "check SMTP_URL" : null;
}
