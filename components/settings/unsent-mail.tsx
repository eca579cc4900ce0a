"use client";

import { useActionState } from "react";
import type { Clock } from "@/components/time";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { UnsentMails } from "@/components/unsent-mails";
import { IDLE } from "@/lib/http/form";
import type { MailShown } from "@/lib/mail/mails.queries";

type UnsentMailProps = {
  projectId: string;
  mails: readonly MailShown[];
  clock: Clock;
  retry: FormAction;
};

/** An organization's mails that failed, each with a button that retries it at once. */
export function UnsentMail({ projectId, mails, clock, retry }: UnsentMailProps) {
  const [state, send] = useActionState(retry, IDLE);
  return (
    <div className="grid grid-cols-1 gap-3">
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
      <UnsentMails mails={mails} clock={clock}>
        {(id) => (
          <form action={send}>
            <input type="hidden" name="projectId" value={projectId} />
            <input type="hidden" name="mailId" value={id} />
            <SubmitButton variant="outline" size="sm">
              Try again
            </SubmitButton>
          </form>
        )}
      </UnsentMails>
    </div>
  );
}
