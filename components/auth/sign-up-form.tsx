"use client";

import { useActionState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type Action = (previous: ActionState<never>, form: FormData) => Promise<ActionState<never>>;

export function SignUpForm({ action }: { action: Action }) {
  const [state, submit] = useActionState(action, IDLE);
  const failed = state.status === "failed" ? state : undefined;
  const field = (name: string) => ({
    name,
    defaultValue: failed?.values[name],
    error: failed?.field === name ? failed.message : undefined,
    required: true,
  });
  return (
    <form action={submit} className="grid gap-4" noValidate>
      {failed && !failed.field && <Alert>{failed.message}</Alert>}
      <Field {...field("name")} label="Your name" autoComplete="name" autoFocus />
      <Field {...field("email")} label="E-mail" type="email" autoComplete="username" />
      <Field
        {...field("password")}
        label="Password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters. A few unrelated words in a row are easier to keep than symbols."
      />
      <Field
        {...field("projectName")}
        label="Project name"
        autoComplete="organization"
        hint="The product or website you want to understand."
      />
      <SubmitButton className="mt-1 w-full">Create account</SubmitButton>
    </form>
  );
}
