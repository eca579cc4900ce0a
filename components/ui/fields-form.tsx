"use client";

import { type ComponentProps, useActionState } from "react";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { type JudgePassword, NewPassword } from "@/components/ui/new-password";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

/** An action that returns a message, or nothing. */
export type FormAction = (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;

type FieldsFormProps = {
  action: FormAction;
  fields: readonly ComponentProps<typeof Field>[];
  /** Extra fields to send, by name. */
  hidden?: Readonly<Record<string, string>>;
  submit: string;
  /** "outline" for actions that undo something. */
  variant?: "outline";
  /** Whether the action may require the member to confirm that it is them. */
  asksForProof?: boolean;
  /** Rates new passwords as they are typed. */
  judge?: JudgePassword;
  /** The button spans the form, for screens with a single form. */
  wide?: boolean;
};

/** A form of text fields: keeps the input, shows each error at its field, and shows the action's message. */
export function FieldsForm({
  action,
  fields,
  hidden = {},
  submit,
  variant,
  asksForProof = false,
  judge,
  wide = false,
}: FieldsFormProps) {
  const [state, send] = useActionState(asksForProof ? confirmed(action) : action, IDLE);
  const failed = state.status === "failed" ? state : undefined;
  const isElsewhere = failed && !fields.some(({ name }) => name === failed.field);
  return (
    <form action={send} className="grid gap-4" noValidate>
      {isElsewhere && <ErrorMessage>{failed.message}</ErrorMessage>}
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {fields.map((field) => {
        const error = failed?.field === field.name ? failed.message : undefined;
        return judge && field.autoComplete === "new-password" ? (
          <NewPassword key={field.name} {...field} error={error} judge={judge} />
        ) : (
          <Field
            key={field.name}
            {...field}
            defaultValue={failed?.values[field.name] ?? field.defaultValue}
            error={error}
          />
        );
      })}
      <div className="flex flex-wrap items-center gap-3">
        <SubmitButton variant={variant} className={wide ? "w-full" : undefined}>
          {submit}
        </SubmitButton>
        <p role="status" className="text-muted-foreground text-sm">
          {state.status === "done" ? state.data : ""}
        </p>
      </div>
    </form>
  );
}
