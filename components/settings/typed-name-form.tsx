"use client";

import { useActionState, useId, useState } from "react";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import type { FormAction } from "@/components/ui/fields-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { IDLE } from "@/lib/http/form";

type TypedNameFormProps = {
  projectId: string;
  name: string;
  submit: string;
  /** What would happen. */
  effects: readonly string[];
  effectsLabel: string;
  hidden?: Record<string, string>;
  variant?: "destructive" | "primary";
  action: FormAction;
};

/** Shows what happens to a project or an organization, and asks for its name as confirmation. */
export function TypedNameForm(props: TypedNameFormProps) {
  const { projectId, name, submit, effects, effectsLabel, hidden = {}, variant = "destructive", action } = props;
  const id = useId();
  const [state, send] = useActionState(confirmed(action), IDLE);
  const [typed, setTyped] = useState("");
  const failed = state.status === "failed" ? state : undefined;
  return (
    <div className="grid gap-4">
      <div className="grid gap-1.5 text-sm">
        <h3 id={`${id}-effects`} className="font-medium">
          {effectsLabel}
        </h3>
        <ul className="list-disc pl-5" aria-labelledby={`${id}-effects`}>
          {effects.map((what) => (
            <li key={what}>{what}</li>
          ))}
        </ul>
      </div>
      <form action={send} className="grid gap-3">
        {failed && failed.field !== "name" && <ErrorMessage>{failed.message}</ErrorMessage>}
        <input type="hidden" name="projectId" value={projectId} />
        {Object.entries(hidden).map(([field, value]) => (
          <input key={field} type="hidden" name={field} value={value} />
        ))}
        <Field
          id={id}
          name="name"
          label={`Type ${name} to confirm`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={failed?.field === "name" ? failed.message : undefined}
        />
        <div>
          <SubmitButton variant={variant} disabled={typed.trim() !== name.trim()}>
            {submit}
          </SubmitButton>
        </div>
      </form>
    </div>
  );
}
