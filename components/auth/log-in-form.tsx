"use client";

import { useActionState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type Action = (previous: ActionState<never>, form: FormData) => Promise<ActionState<never>>;

export function LogInForm({ action, next }: { action: Action; next: string }) {
  const [state, submit] = useActionState(action, IDLE);
  const failed = state.status === "failed" ? state : undefined;
  const errorOf = (field: string) => (failed?.field === field ? failed.message : undefined);
  return (
    <form action={submit} className="grid gap-4" noValidate>
      {failed && !failed.field && <Alert>{failed.message}</Alert>}
      <input type="hidden" name="next" value={next} />
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        defaultValue={failed?.values.email}
        error={errorOf("email")}
        required
        autoFocus
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        error={errorOf("password")}
        required
      />
      <SubmitButton className="mt-1 w-full">Log in</SubmitButton>
    </form>
  );
}
