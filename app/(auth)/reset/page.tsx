import type { Metadata } from "next";
import { judgePasswordAction } from "@/app/password-actions";
import { NewPasswordForm } from "@/components/auth/new-password-form";
import { Link } from "@/components/ui/link";
import { findLink } from "@/lib/auth/one-time-links.store";
import { resetAction } from "./actions";

export const metadata: Metadata = { title: "Choose a new password", referrer: "no-referrer" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ResetPage({ searchParams }: Props) {
  const { token } = await searchParams;
  const link = typeof token === "string" ? await findLink("reset", token, new Date()) : null;
  if (!link || typeof token !== "string")
    return (
      <>
        <h1 className="mb-1.5 font-semibold text-xl tracking-tight">This link no longer works</h1>
        <p className="text-pretty text-muted-foreground text-sm">
          It has been used or is older than an hour.{" "}
          <Link href="/forgot" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
            Request another one
          </Link>
          .
        </p>
      </>
    );
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Choose a new password</h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">For {link.email}. This ends all other log-ins.</p>
      <NewPasswordForm action={resetAction} judge={judgePasswordAction} hidden={{ token, email: link.email }} />
    </>
  );
}
