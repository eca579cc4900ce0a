"use client";

import { useActionState } from "react";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { type RadioCard, RadioCards } from "@/components/ui/radio-cards";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type NewProjectFormProps = {
  action: (previous: ActionState<never>, form: FormData) => Promise<ActionState<never>>;
  recognition: { legend: string; cards: RadioCard[] };
};

export function NewProjectForm({ action, recognition }: NewProjectFormProps) {
  const [state, submit] = useActionState(action, IDLE);
  const failed = state.status === "failed" ? state : undefined;
  const errorOf = (field: string) => (failed?.field === field ? failed.message : undefined);
  return (
    <form action={submit} className="grid gap-5" noValidate>
      {failed && failed.field !== "name" && failed.field !== "domain" && <ErrorMessage>{failed.message}</ErrorMessage>}
      <Field
        name="projectName"
        label="Project name"
        autoComplete="off"
        placeholder="Acme app"
        defaultValue={failed?.values.projectName}
        error={errorOf("name")}
        required
        autoFocus
      />
      <Field
        name="domain"
        label="Domain"
        autoComplete="off"
        placeholder="example.com"
        defaultValue={failed?.values.domain}
        error={errorOf("domain")}
        hint="Optional. If set, only pages on this domain and its subdomains may send events."
      />
      <RadioCards name="recognition" defaultValue={failed?.values.recognition ?? "device"} {...recognition} />
      <SubmitButton className="justify-self-start">Create project</SubmitButton>
    </form>
  );
}
