"use client";

import { useActionState } from "react";
import { ErrorMessage } from "@/components/ui/error-message";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

export type LeaveOutAction = (previous: ActionState<null>, form: FormData) => Promise<ActionState<null>>;

type LeaveOutProps = {
  projectId: string;
  /** A person's ref or a segment's id. */
  of: string;
  isOut: boolean;
  action: LeaveOutAction;
};

/** Excludes somebody, or a segment's members, from all counts, or includes them again. */
export function LeaveOut({ projectId, of, isOut, action }: LeaveOutProps) {
  const [state, send] = useActionState(action, IDLE);
  return (
    <form action={send} className="grid justify-items-start gap-2">
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="of" value={of} />
      <input type="hidden" name="out" value={isOut ? "no" : "yes"} />
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
      <SubmitButton variant="outline" size="sm">
        {isOut ? "Count again" : "Leave out of all counts"}
      </SubmitButton>
    </form>
  );
}
