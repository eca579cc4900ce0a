"use client";

import { useActionState } from "react";
import type { Clock } from "@/components/time";
import { Alert } from "@/components/ui/alert";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { dateTime } from "@/lib/format/time";
import { IDLE } from "@/lib/http/form";

type Deleted = { kind: "project" | "organization"; id: string; organizationId: string; name: string; eraseAt: Date };

/** Deleted projects and organizations, which can be restored. */
export function DeletedList({ deleted, clock, restore }: { deleted: Deleted[]; clock: Clock; restore: FormAction }) {
  const [state, send] = useActionState(restore, IDLE);
  return (
    <div className="grid gap-3">
      {state.status === "failed" && <Alert>{state.message}</Alert>}
      <ul className="divide-y rounded-lg border">
        {deleted.map(({ kind, id, organizationId, name, eraseAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-3.5 py-2.5 text-sm">
            <span className="min-w-0">
              <span className="font-medium">{name}</span>, {kind}
              <span className="block text-muted-foreground text-xs">
                Erased on {dateTime(eraseAt.getTime(), clock.zone)}
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
  );
}
