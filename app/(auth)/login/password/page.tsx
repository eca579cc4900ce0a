import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { judgePasswordAction } from "@/app/password-actions";
import { FieldsForm } from "@/components/ui/fields-form";
import { PASSWORD_HINT } from "@/lib/auth/password-hint";
import { pendingPassword } from "@/lib/auth/password-step";
import { replacePasswordAction } from "./actions";

export const metadata: Metadata = { title: "Choose another password" };

/** For a member whose password was accepted when they chose it, and no longer is. */
export default async function RefusedPasswordPage() {
  const pending = await pendingPassword();
  if (!pending) redirect("/login");
  const { member, reason } = pending;
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Choose another password</h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">
        {reason} For <span className="break-all text-foreground">{member.email}</span>. All other log-ins end.
      </p>
      <FieldsForm
        action={replacePasswordAction}
        judge={judgePasswordAction}
        hidden={{ email: member.email, name: member.name }}
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
    </>
  );
}
