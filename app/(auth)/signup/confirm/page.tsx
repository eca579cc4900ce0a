import type { Metadata } from "next";
import { FieldsForm } from "@/components/ui/fields-form";
import { Link } from "@/components/ui/link";
import { findSignUp } from "@/lib/auth/sign-ups.store";
import { confirmSignUpAction } from "./actions";

export const metadata: Metadata = { title: "Create your account", referrer: "no-referrer" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Requires a click: mail programs open links on their own. */
export default async function ConfirmSignUpPage({ searchParams }: Props) {
  const { token } = await searchParams;
  const found = typeof token === "string" ? await findSignUp(token, new Date()) : null;
  const isGood = found !== null && typeof token === "string";
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">
        {isGood ? "Create your account" : "This link no longer works"}
      </h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">
        {isGood
          ? `For ${found.email}. Enter the password you chose, to confirm that it was you who signed up. If it was not you, close this page.`
          : "It has been used or is older than three days."}
      </p>
      {isGood ? (
        <FieldsForm
          action={confirmSignUpAction}
          hidden={{ token }}
          wide
          submit="Create account"
          fields={[
            {
              name: "password",
              label: "Password",
              type: "password",
              autoComplete: "current-password",
              autoFocus: true,
              required: true,
            },
          ]}
        />
      ) : (
        <Link href="/signup" className="rounded-sm font-medium text-primary text-sm underline-offset-4 hover:underline">
          Sign up again
        </Link>
      )}
    </>
  );
}
