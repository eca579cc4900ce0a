"use client";

import { useActionState } from "react";
import type { Clock } from "@/components/time";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDate } from "@/lib/format/time";
import { IDLE } from "@/lib/http/form";

type Linked = { issuer: string; subject: string; name: string; email: string; createdAt: Date; isUsable: boolean };

type LinkedLogInsProps = {
  linked: Linked[];
  /** Providers that can still be linked. */
  providers: { id: string; name: string }[];
  /** Why linking did not work. */
  fault: string | null;
  clock: Clock;
  link: FormAction;
  unlink: FormAction;
};

/** A member's linked log-ins, each with a button to remove it, and a form to link another. */
export function LinkedLogIns({ linked, providers, fault, clock, link, unlink }: LinkedLogInsProps) {
  const [removed, remove] = useActionState(confirmed(unlink), IDLE);
  const [left, leave] = useActionState(confirmed(link), IDLE);
  const failed = left.status === "failed" ? left : undefined;
  return (
    <div className="grid gap-4">
      {fault && <ErrorMessage>{fault}</ErrorMessage>}
      {removed.status === "failed" && <ErrorMessage>{removed.message}</ErrorMessage>}
      {linked.length > 0 && (
        <ul className="divide-y rounded-lg border">
          {linked.map(({ issuer, subject, name, email, createdAt, isUsable }) => (
            <li key={`${issuer} ${subject}`} className="flex items-center gap-3 px-3.5 py-2.5">
              <div className="min-w-0 flex-1">
                <p className="text-sm">
                  <span className="font-medium">{name}</span> <span className="break-all">{email}</span>
                </p>
                <p className="text-muted-foreground text-xs">
                  linked {formatDate(createdAt.getTime(), clock.zone)}
                  {!isUsable && ", no longer offered by this instance"}
                </p>
              </div>
              <form action={remove}>
                <input type="hidden" name="issuer" value={issuer} />
                <input type="hidden" name="subject" value={subject} />
                <SubmitButton variant="ghost" size="sm" aria-label={`Remove the log-in with ${name}`}>
                  Remove
                </SubmitButton>
              </form>
            </li>
          ))}
        </ul>
      )}
      {providers.length > 0 && (
        <form action={leave} className="grid gap-4" noValidate>
          {failed && <ErrorMessage>{failed.message}</ErrorMessage>}
          <div className="flex flex-wrap gap-2.5">
            {providers.map(({ id, name }) => (
              <SubmitButton key={id} variant="outline" name="provider" value={id}>
                Link {name}
              </SubmitButton>
            ))}
          </div>
        </form>
      )}
    </div>
  );
}
