"use client";

import { useActionState } from "react";
import type { Clock } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDate, formatDateTime } from "@/lib/format/time";
import { IDLE } from "@/lib/http/form";

type LogInListProps = {
  /** `way`: how it began, unless with a password. */
  logIns: { id: string; device: string; way: string | null; createdAt: Date; lastUsedOn: Date }[];
  /** The id of the log-in this page was opened with. */
  current: string | null;
  clock: Clock;
  action: FormAction;
};

/** A member's log-ins: this one first, each of the others with a button to end it. */
export function LogInList({ logIns, current, clock, action }: LogInListProps) {
  const [state, end] = useActionState(confirmed(action), IDLE);
  const sorted = [...logIns].sort((a, b) => Number(b.id === current) - Number(a.id === current));
  return (
    <div className="grid gap-3">
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
      <ul className="divide-y rounded-lg border">
        {sorted.map((logIn) => (
          <li key={logIn.id} className="flex items-center gap-3 px-3.5 py-2.5">
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-center gap-2 text-sm">
                <span className="font-medium">{logIn.device || "Unknown device"}</span>
                {logIn.id === current && <Badge variant="accent">Current</Badge>}
              </div>
              <p className="text-muted-foreground text-xs">
                <span className="inline-block">
                  {logIn.way !== null && `with ${logIn.way}, `}since{" "}
                  {formatDateTime(logIn.createdAt.getTime(), clock.zone)},
                </span>{" "}
                <span className="inline-block">last used on {formatDate(logIn.lastUsedOn.getTime(), "UTC")} (UTC)</span>
              </p>
            </div>
            {logIn.id !== current && (
              <form action={end}>
                <input type="hidden" name="logInId" value={logIn.id} />
                <SubmitButton
                  variant="ghost"
                  size="sm"
                  aria-label={`End the log-in on ${logIn.device || "an unknown device"}`}
                >
                  End
                </SubmitButton>
              </form>
            )}
          </li>
        ))}
      </ul>
      {logIns.length > 1 && (
        <form action={end}>
          <input type="hidden" name="logInId" value="" />
          <SubmitButton variant="outline" size="sm">
            End all other log-ins
          </SubmitButton>
        </form>
      )}
    </div>
  );
}
