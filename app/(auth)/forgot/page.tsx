import type { Metadata } from "next";
import { ForgotForm } from "@/components/auth/forgot-form";
import { Link } from "@/components/ui/link";
import { canSendMail } from "@/lib/mail/setup";
import { forgotAction } from "../reset/actions";

export const metadata: Metadata = { title: "Forgot your password?" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ForgotPage({ searchParams }: Props) {
  const isSent = (await searchParams).sent !== undefined;
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">
        {isSent ? "Check your e-mail" : "Forgot your password?"}
      </h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">{textOf(isSent)}</p>
      {!isSent && canSendMail() && <ForgotForm action={forgotAction} />}
      <p className="mt-6 text-muted-foreground text-sm">
        <Link href="/login" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
          Back to log in
        </Link>
      </p>
    </>
  );
}

function textOf(isSent: boolean): string {
  if (isSent)
    return "If somebody has an account with this address, a link to choose a new password is on its way. It is valid for an hour.";
  if (canSendMail()) return "We mail you a link to choose a new one.";
  return "This instance sends no mail. Its operator can give you a new password with “npm run admin -- reset-password”.";
}
