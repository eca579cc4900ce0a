import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { judgePasswordAction } from "@/app/password-actions";
import { MailSent } from "@/components/auth/mail-sent";
import { ProviderButtons } from "@/components/auth/provider-buttons";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { Link } from "@/components/ui/link";
import { isFirstMember, maySignUp } from "@/lib/auth/members.store";
import { providers } from "@/lib/auth/provider-list";
import { currentMember } from "@/lib/auth/session";
import { canSendMail } from "@/lib/mail/setup";
import { PROJECT_SETTINGS } from "@/lib/projects/setting-list";
import { signUpAction } from "../actions";
import { leaveAction } from "../provider-actions";

export const metadata: Metadata = { title: "Create an account" };

const { recognition } = PROJECT_SETTINGS;

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignUpPage({ searchParams }: Props) {
  if (await currentMember()) redirect("/");
  const { sent } = await searchParams;
  if (sent !== undefined) return <MailSent isInvited={sent === "invited"} />;
  const isOpen = await maySignUp();
  const byMail = canSendMail() && !(await isFirstMember());
  const offered = providers().map(({ id, name }) => ({ id, name }));
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">
        {isOpen ? "Create an account" : "Sign-up is by invitation only"}
      </h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">
        {isOpen
          ? `${byMail ? "We mail you a link to confirm your address. " : ""}Then paste a snippet and watch your own first click arrive.`
          : "Ask somebody in your team to invite you, and open the link they send you."}
      </p>
      {isOpen && (
        <>
          <SignUpForm
            judge={judgePasswordAction}
            action={signUpAction}
            recognition={{ legend: recognition.label, cards: [...recognition.choices] }}
          />
          <ProviderButtons providers={offered} verb="Continue with" next="/" action={leaveAction} />
        </>
      )}
      <p className="mt-6 text-muted-foreground text-sm">
        Have an account?{" "}
        <Link href="/login" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
          Log in
        </Link>
      </p>
    </>
  );
}
