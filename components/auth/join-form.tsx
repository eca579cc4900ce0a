import { FieldsForm, type FormAction } from "@/components/ui/fields-form";
import { Link } from "@/components/ui/link";
import type { JudgePassword } from "@/components/ui/new-password";
import { PASSWORD_HINT } from "@/lib/auth/password-hint";

type JoinFormProps = { token: string; email: string | null; action: FormAction; judge: JudgePassword };

/** Creates an account for somebody who was invited; an invitation to an address fixes it. */
export function JoinForm({ token, email, action, judge }: JoinFormProps) {
  return (
    <>
      <FieldsForm
        action={action}
        judge={judge}
        hidden={{ token }}
        wide
        submit="Create account and join"
        fields={[
          { name: "name", label: "Your name", autoComplete: "name", autoFocus: true, required: true },
          {
            name: "email",
            label: "E-mail",
            type: "email",
            autoComplete: "username",
            required: true,
            ...(email === null ? {} : { defaultValue: email, readOnly: true }),
          },
          {
            name: "password",
            label: "Password",
            type: "password",
            autoComplete: "new-password",
            required: true,
            hint: PASSWORD_HINT,
          },
        ]}
      />
      <p className="mt-6 text-muted-foreground text-sm">
        Have an account?{" "}
        <Link
          href={`/login?next=${encodeURIComponent(`/invite/${token}`)}`}
          className="rounded-sm font-medium text-primary underline-offset-4 hover:underline"
        >
          Log in to join
        </Link>
      </p>
    </>
  );
}
