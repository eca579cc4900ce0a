"use client";

import { type ReactNode, useActionState, useEffect } from "react";
import { Alert } from "@/components/ui/alert";
import { notify } from "@/components/ui/notify";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type SettingsFormProps = {
  projectId: string;
  action: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
  /** null for members who may look only. */
  submit: string | null;
  children: ReactNode;
};

/** A section of the settings that is saved by itself: says so when it was, and why when it was not. */
export function SettingsForm({ projectId, action, submit, children }: SettingsFormProps) {
  const [state, save] = useActionState(action, IDLE);
  useEffect(() => {
    if (state.status === "done") notify("success", state.data);
  }, [state]);
  return (
    <form action={save} className="grid gap-4">
      <input type="hidden" name="projectId" value={projectId} />
      <fieldset disabled={submit === null} className="grid min-w-0 gap-4">
        {children}
      </fieldset>
      {state.status === "failed" && <Alert>{state.message}</Alert>}
      {submit && <SubmitButton className="justify-self-start">{submit}</SubmitButton>}
    </form>
  );
}
