"use client";

import { useActionState } from "react";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

type PlanButtonProps = { projectId: string; plan?: string; label: string; ariaLabel?: string; action: FormAction };

/** Leads to the payment provider. */
export function PlanButton({ projectId, plan, label, ariaLabel, action }: PlanButtonProps) {
  const [state, send] = useActionState(action, IDLE);
  return (
    <form action={send} className="grid gap-2">
      <input type="hidden" name="projectId" value={projectId} />
      {plan && <input type="hidden" name="plan" value={plan} />}
      <SubmitButton size="sm" variant="outline" aria-label={ariaLabel}>
        {label}
      </SubmitButton>
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
    </form>
  );
}
