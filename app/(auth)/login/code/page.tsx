import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { FieldsForm } from "@/components/ui/fields-form";
import { pendingLogIn } from "@/lib/auth/code-step";
import { codeAction } from "./actions";

export const metadata: Metadata = { title: "Log in" };

/** For somebody who logged in through a provider and has a second factor. */
export default async function CodePage() {
  const awaited = await pendingLogIn();
  if (!awaited) redirect("/login");
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Enter your code</h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">
        Two-factor authentication is on for <span className="break-all text-foreground">{awaited.member.email}</span>.
      </p>
      <FieldsForm
        action={codeAction}
        wide
        submit="Log in"
        fields={[
          {
            name: "code",
            label: "Code",
            inputMode: "numeric",
            autoComplete: "one-time-code",
            hint: "Six digits from your authenticator app, or a recovery code.",
            required: true,
            autoFocus: true,
          },
        ]}
      />
    </>
  );
}
