"use client";

import { BusyNote, type ProvenAction, useProvenAction } from "@/components/auth/proven-action";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";

export function ForgotForm({ action }: { action: ProvenAction }) {
  const { form, failed, working } = useProvenAction(action);
  return (
    <form {...form} className="grid gap-4" noValidate>
      {failed && !failed.field && <ErrorMessage>{failed.message}</ErrorMessage>}
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        defaultValue={failed?.values.email}
        error={failed?.field === "email" ? failed.message : undefined}
        required
        autoFocus
      />
      <BusyNote
        why={working && "Many people have asked for this recently, so your browser runs a short check first."}
      />
      <SubmitButton className="mt-1 w-full" disabled={working}>
        Send the link
      </SubmitButton>
    </form>
  );
}
