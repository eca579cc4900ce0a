import { FieldsForm, type FormAction } from "@/components/ui/fields-form";

/** The current password, which confirms that it is still the member at the keyboard. */
export const CURRENT_PASSWORD = {
  name: "current",
  label: "Current password",
  type: "password",
  autoComplete: "current-password",
  required: true,
} as const;

export function PasswordForm({ action }: { action: FormAction }) {
  return (
    <FieldsForm
      action={action}
      submit="Change password"
      fields={[
        { ...CURRENT_PASSWORD, id: "password-current" },
        {
          name: "password",
          label: "New password",
          type: "password",
          autoComplete: "new-password",
          required: true,
          hint: "At least 10 characters. A few unrelated words are easier to remember than symbols.",
        },
      ]}
    />
  );
}
