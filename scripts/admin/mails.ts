import { maskEmailsAndTokens } from "@/lib/ingest/privacy/mask";
import { mailLabel } from "@/lib/mail/kinds";
import { allUnsentMails } from "@/lib/mail/mails.queries";
import { settingBehind } from "@/lib/mail/transport";

/**
 * Every mail that was not sent, for the operator. Addresses are shortened unless `whole`: what is printed ends up in
 * tickets and logs, and the domain is enough to see whose mail server refuses.
 */
export async function listMails(whole: boolean): Promise<{ json: unknown; text: string }> {
  const mails = (await allUnsentMails()).map((mail) => ({
    ...mail,
    recipient: whole ? mail.recipient : shortened(mail.recipient),
    // A mail server quotes the address in its answer.
    fault: whole || mail.fault === null ? mail.fault : maskEmailsAndTokens(mail.fault).text,
    check: mail.dueAt === null ? null : settingBehind(mail.fault),
  }));
  const lines = mails.map(({ createdAt, kind, recipient, dueAt, tries, fault, check }) =>
    [
      createdAt.toISOString(),
      recipient,
      mailLabel(kind),
      dueAt ? `waiting, tried ${tries} times` : "given up",
      `${fault ?? "not tried yet"}${check === null ? "" : ` (${check})`}`,
    ].join("  "),
  );
  return { json: mails, text: lines.join("\n") || "No mail is waiting, and none was given up." };
}

/** ada@example.com → a…@example.com */
const shortened = (address: string): string => `${[...address][0] ?? ""}…${address.slice(address.lastIndexOf("@"))}`;
