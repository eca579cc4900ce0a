import type { ReactNode } from "react";
import type { Clock } from "@/components/time";
import { formatDateTime } from "@/lib/format/time";
import { mailLabel } from "@/lib/mail/kinds";
import type { MailShown } from "@/lib/mail/mails.queries";

type UnsentMailsProps = { mails: readonly MailShown[]; clock: Clock; children?: (id: string) => ReactNode };

/** Mails that failed or wait, why, and when they are tried next. `children`: a button for each. */
export function UnsentMails({ mails, clock, children }: UnsentMailsProps) {
  if (mails.length === 0) return null;
  return (
    <ul aria-label="Unsent mail" className="divide-y rounded-lg border">
      {mails.map(({ id, kind, recipient, createdAt, dueAt, fault }) => (
        <li key={id} className="flex items-center gap-3 px-3.5 py-2.5">
          <div className="min-w-0 flex-1 text-sm">
            <p className="truncate font-medium">{recipient}</p>
            <p className="text-pretty text-muted-foreground text-xs">
              {mailLabel(kind)}: {fault} {nextTry(dueAt, clock)} Queued{" "}
              {formatDateTime(createdAt.getTime(), clock.zone)}.
            </p>
          </div>
          {children?.(id)}
        </li>
      ))}
    </ul>
  );
}

function nextTry(dueAt: Date | null, { now, zone }: Clock): string {
  if (dueAt === null) return "Given up.";
  return dueAt.getTime() > now ? `Next attempt ${formatDateTime(dueAt.getTime(), zone)}.` : "";
}
