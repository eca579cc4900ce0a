import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { judgePasswordAction } from "@/app/password-actions";
import { NewPasswordForm } from "@/components/auth/new-password-form";
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
      <div className="mb-6 grid gap-2 text-pretty text-muted-foreground text-sm">
        <p>{reason}</p>
        <p>
          You are logging in as <span className="wrap-anywhere text-foreground">{member.email}</span>. A new password
          ends all other log-ins.
        </p>
      </div>
      <NewPasswordForm
        action={replacePasswordAction}
        judge={judgePasswordAction}
        hidden={{ email: member.email, name: member.name }}
      />
    </>
  );
}
