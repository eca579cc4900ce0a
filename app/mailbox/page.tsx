import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { mailContent } from "@/lib/auth/mail-contents";
import { formatDateTime } from "@/lib/format/time";
import { requestOrigin } from "@/lib/http/forwarded";
import { newestMails } from "@/lib/mail/mails.queries";
import { mailMode } from "@/lib/mail/setup";

export const metadata: Metadata = { title: "Mailbox" };

/**
 * The mails that would have been sent, in development without SMTP. Only there, as it shows everybody's links.
 */
export default async function MailboxPage() {
  const origin = requestOrigin(await headers()); // first, as none of this is known at build time
  if (mailMode() !== "mailbox") notFound();
  const mails = await newestMails();
  return (
    <main className="mx-auto max-w-3xl px-4 py-10 sm:px-6">
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Mailbox</h1>
      <p className="mb-6 text-muted-foreground text-sm">
        {mails.length === 0
          ? "No mail yet. In development, mail is shown here instead of being sent."
          : "In development, mail is shown here instead of being sent."}
      </p>
      <ul className="grid gap-4">
        {mails.map(({ id, recipient, kind, data, createdAt }) => {
          const content = mailContent(kind, data, origin);
          return (
            <li key={id} className="rounded-lg border p-4">
              <p className="text-muted-foreground text-xs">
                To {recipient}, {formatDateTime(createdAt.getTime(), "UTC")}
              </p>
              <h2 className="mt-1 font-medium text-sm">
                {content?.subject ?? `An e-mail of an unknown kind: ${kind}`}
              </h2>
              <div className="mt-2 whitespace-pre-wrap break-words text-sm">
                {content && <Linked text={content.text} />}
              </div>
            </li>
          );
        })}
      </ul>
    </main>
  );
}

/** The text with its addresses as links. */
function Linked({ text }: { text: string }) {
  return text.split(/(https?:\/\/\S+)/).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text that never changes
      <a key={index} href={part} className="break-all text-primary underline underline-offset-4">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
