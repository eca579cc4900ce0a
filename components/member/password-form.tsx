import { FieldsForm, type FormAction } from "@/components/ui/fields-form";
import type { JudgePassword } from "@/components/ui/new-password";
import { PASSWORD_HINT } from "@/lib/auth/password-hint";

/** The current password, which confirms that it is the member. */
export const CURRENT_PASSWORD = {
  name: "current",
  label: "Current password",
  type: "password",
  autoComplete: "current-password",
  required: true,
} as const;

type PasswordFormProps = { hasPassword: boolean; action: FormAction; judge: JudgePassword };

export function PasswordForm({ hasPassword, action, judge }: PasswordFormProps) {
  return (
    <FieldsForm
      action={action}
      judge={judge}
      asksForProof
      submit={hasPassword ? "Change password" : "Choose password"}
      fields={[
        ...(hasPassword ? [{ ...CURRENT_PASSWORD, id: "password-current" }] : []),
        {
          name: "password",
          label: "New password",
          type: "password",
          autoComplete: "new-password",
          required: true,
          hint: PASSWORD_HINT,
        },
      ]}
    />
  );
}

export const passwordText = (hasPassword: boolean): string =>
  hasPassword
    ? "Changing it ends your log-ins on all other devices."
    : "You have no password yet; you log in another way.";
