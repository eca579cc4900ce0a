"use client";

import { useActionState, useEffect } from "react";
import type { Clock } from "@/components/time";
import { ErrorMessage } from "@/components/ui/error-message";
import { FormSection } from "@/components/ui/form-section";
import { notify } from "@/components/ui/notify";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDateTime } from "@/lib/format/time";
import { type ActionState, IDLE } from "@/lib/http/form";

type Deleted = { kind: "project" | "organization"; id: string; organizationId: string; name: string; eraseAt: Date };

type DeletedListProps = {
  deleted: Deleted[];
  clock: Clock;
  restore: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
};

/** Deleted projects and organizations, which can be restored. Stays mounted without any, to announce the last one. */
export function DeletedList({ deleted, clock, restore }: DeletedListProps) {
  const [state, send] = useActionState(restore, IDLE);
  useEffect(() => {
    if (state.status === "done") notify("success", state.data);
  }, [state]);
  if (deleted.length === 0) return null;
  return (
    <FormSection id="deleted" title="Deleted" text="You can still restore these. Deleted projects accept no events.">
      <div className="grid gap-3">
        {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
        <ul className="divide-y rounded-lg border">
          {deleted.map(({ kind, id, organizationId, name, eraseAt }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-3.5 py-2.5 text-sm">
              <span className="min-w-0">
                <span className="font-medium">{name}</span>, {kind}
                <span className="block text-muted-foreground text-xs">
                  Erased on {formatDateTime(eraseAt.getTime(), clock.zone)}
                </span>
              </span>
              <form action={send}>
                <input type="hidden" name="organizationId" value={organizationId} />
                <input type="hidden" name="deletedId" value={kind === "project" ? id : ""} />
                <SubmitButton variant="outline" size="sm">
                  Restore <span className="sr-only">{name}</span>
                </SubmitButton>
              </form>
            </li>
          ))}
        </ul>
      </div>
    </FormSection>
  );
}
