"use client";

import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";
import { ErrorMessage } from "@/components/ui/error-message";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

const REFRESH_MS = 2_000;

/** Loads the page again every two seconds while something is running. */
export function RefreshWhile({ isRunning }: { isRunning: boolean }) {
  const router = useRouter();
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => !document.hidden && router.refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isRunning, router]);
  return null;
}

type Action = (previous: ActionState<null>, form: FormData) => Promise<ActionState<null>>;
type BulkActionsProps = {
  projectId: string;
  bulkId: string;
  /** null where there is nothing to stop or retry. */
  stop: Action | null;
  retry: Action | null;
};

export function BulkActions({ projectId, bulkId, stop, retry }: BulkActionsProps) {
  const ids = { projectId, bulkId };
  return (
    <>
      {stop && <OneButton {...ids} action={stop} label="Stop erasing" />}
      {retry && <OneButton {...ids} action={retry} label="Retry" />}
    </>
  );
}

function OneButton({
  projectId,
  bulkId,
  action,
  label,
}: {
  projectId: string;
  bulkId: string;
  action: Action;
  label: string;
}) {
  const [state, submit] = useActionState(action, IDLE);
  return (
    <form action={submit} className="flex flex-wrap items-center gap-2">
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="bulkId" value={bulkId} />
      <SubmitButton variant="outline" size="sm">
        {label}
      </SubmitButton>
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
    </form>
  );
}
