"use client";

import { BusyNote, type ProvenAction, useProvenAction } from "@/components/auth/proven-action";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { type JudgePassword, NewPassword } from "@/components/ui/new-password";
import { type RadioCard, RadioCards } from "@/components/ui/radio-cards";
import { SubmitButton } from "@/components/ui/submit-button";
import { PASSWORD_HINT } from "@/lib/auth/password-hint";

type SignUpFormProps = {
  action: ProvenAction;
  judge: JudgePassword;
  recognition: { legend: string; cards: RadioCard[] };
};

export function SignUpForm({ action, judge, recognition }: SignUpFormProps) {
  const { form, failed, working } = useProvenAction(action);
  const field = (name: string) => ({
    name,
    defaultValue: failed?.values[name],
    error: failed?.field === name ? failed.message : undefined,
    required: true,
  });
  return (
    <form {...form} className="grid gap-4" noValidate>
      {failed && !failed.field && <ErrorMessage>{failed.message}</ErrorMessage>}
      <Field {...field("name")} label="Your name" autoComplete="name" autoFocus />
      <Field {...field("email")} label="E-mail" type="email" autoComplete="username" />
      <NewPassword
        {...field("password")}
        label="Password"
        autoComplete="new-password"
        hint={PASSWORD_HINT}
        judge={judge}
      />
      <Field
        {...field("projectName")}
        label="Project name"
        autoComplete="organization"
        hint="The product or website you want to understand."
      />
      <Field
        {...field("domain")}
        label="Domain"
        autoComplete="off"
        placeholder="example.com"
        hint="Optional. If set, only pages on this domain and its subdomains may send events."
        required={false}
      />
      <RadioCards name="recognition" stacked defaultValue={failed?.values.recognition ?? "device"} {...recognition} />
      <BusyNote why={working && "Many people have signed up recently, so your browser runs a short check first."} />
      <SubmitButton className="mt-1 w-full" disabled={working}>
        Create account
      </SubmitButton>
    </form>
  );
}
