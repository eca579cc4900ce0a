"use client";

import { BusyNote, type ProvenAction, useProvenAction } from "@/components/auth/proven-action";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";

export function LogInForm({ action, next }: { action: ProvenAction; next: string }) {
  const { form, failed, working } = useProvenAction(action);
  const errorOf = (field: string) => (failed?.field === field ? failed.message : undefined);
  return (
    <form {...form} className="grid gap-4" noValidate>
      {failed && !failed.field && <ErrorMessage>{failed.message}</ErrorMessage>}
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
      {failed?.field === "code" && (
        <Field
          name="code"
          label="Code"
          inputMode="numeric"
          autoComplete="one-time-code"
          error={failed.message}
          hint="Six digits from your authenticator app, or a recovery code."
          autoFocus
        />
      )}
      <BusyNote why={working && "Many log-ins have failed recently, so your browser runs a short check first."} />
      <SubmitButton className="mt-1 w-full" disabled={working}>
        Log in
      </SubmitButton>
    </form>
  );
}
