import type { ComponentProps } from "react";
import { FieldsForm } from "@/components/ui/fields-form";
import { PASSWORD_HINT } from "@/lib/auth/password-hint";

type NewPasswordFormProps = Pick<ComponentProps<typeof FieldsForm>, "action" | "hidden" | "judge">;

/** Asks for a new password, which is judged while it is typed, before somebody is logged in with it. */
export function NewPasswordForm(props: NewPasswordFormProps) {
  return (
    <FieldsForm
      {...props}
      wide
      submit="Save and log in"
      fields={[
        {
          name: "password",
          label: "New password",
          type: "password",
          autoComplete: "new-password",
          autoFocus: true,
          required: true,
          hint: PASSWORD_HINT,
        },
      ]}
    />
  );
}
