"use client";

import { useActionState } from "react";
import type { Clock } from "@/components/time";
import { Alert } from "@/components/ui/alert";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { dateTime } from "@/lib/format/time";
import { IDLE } from "@/lib/http/form";

type UnsentMailProps = {
  projectId: string;
  mails: { id: string; recipient: string; createdAt: Date; dueAt: Date | null; fault: string | null }[];
  clock: Clock;
  retry: FormAction;
};

/** Mails that failed, why, and when they are retried. */
export function UnsentMail({ projectId, mails, clock, retry }: UnsentMailProps) {
  const [state, send] = useActionState(retry, IDLE);
  return (
    <div className="grid grid-cols-1 gap-3">
      {state.status === "failed" && <Alert>{state.message}</Alert>}
      <ul className="divide-y rounded-lg border">
        {mails.map(({ id, recipient, createdAt, dueAt, fault }) => (
          <li key={id} className="flex items-center gap-3 px-3.5 py-2.5">
            <div className="min-w-0 flex-1 text-sm">
              <p className="truncate font-medium">{recipient}</p>
              <p className="text-pretty text-muted-foreground text-xs">
                {fault} {dueAt ? `Next try ${dateTime(dueAt.getTime(), clock.zone)}.` : "Given up."} Queued{" "}
                {dateTime(createdAt.getTime(), clock.zone)}.
              </p>
            </div>
            <form action={send}>
              <input type="hidden" name="projectId" value={projectId} />
              <input type="hidden" name="mailId" value={id} />
              <SubmitButton variant="outline" size="sm">
                Try again
              </SubmitButton>
            </form>
          </li>
        ))}
      </ul>
    </div>
  );
}
