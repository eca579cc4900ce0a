import type { Metadata } from "next";
import Link from "next/link";
import { Logo } from "@/components/logo";
import { DeletedList } from "@/components/member/deleted-list";
import { EmailForm, EmailText } from "@/components/member/email-form";
import { LogInList } from "@/components/member/log-in-list";
import { PasswordForm } from "@/components/member/password-form";
import { SecondFactor } from "@/components/member/second-factor";
import { Section } from "@/components/settings/section";
import { Button } from "@/components/ui/button";
import { FieldsForm } from "@/components/ui/fields-form";
import { requireLogin } from "@/lib/auth/guard";
import { logInsOf } from "@/lib/auth/log-ins.queries";
import { verifiedAt } from "@/lib/auth/members.queries";
import { hasSecondFactor } from "@/lib/auth/second-factor.store";
import { currentLogIn } from "@/lib/auth/session";
import { readerZone } from "@/lib/http/zone";
import { sendsMail } from "@/lib/mail/setup";
import { deletedOf } from "@/lib/projects/deletion.queries";
import { changeEmailAction, changePasswordAction, endLogInsAction, renameAction } from "./actions";
import { beginFactorAction, confirmFactorAction, endFactorAction } from "./factor-actions";
import { restoreAction } from "./restore-actions";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
  const member = await requireLogin("/account");
  const now = new Date();
  const [logIns, current, verified, zone, factor, deleted] = await Promise.all([
    logInsOf(member.id, now),
    currentLogIn(),
    verifiedAt(member.id),
    readerZone(),
    hasSecondFactor(member.id),
    deletedOf(member.id),
  ]);
  return (
    <div className="min-h-dvh">
      <header className="flex items-center justify-between px-6 py-5">
        <Link href="/" className="inline-flex rounded-sm">
          <Logo />
        </Link>
        <Button asChild variant="ghost" size="sm">
          <Link href="/">Back</Link>
        </Button>
      </header>
      <main className="mx-auto max-w-5xl pb-16">
        <h1 className="px-4 pb-6 font-semibold text-xl tracking-tight sm:px-6">Your account</h1>
        <Section id="name" title="Name" text="How your team sees you, in notes and corrections.">
          <FieldsForm
            action={renameAction}
            submit="Save name"
            fields={[
              { name: "name", label: "Your name", autoComplete: "name", defaultValue: member.name, required: true },
            ]}
          />
        </Section>
        <Section id="email" title="E-mail" text={<EmailText email={member.email} isVerified={verified !== null} />}>
          <EmailForm email={member.email} action={sendsMail() ? changeEmailAction : null} />
        </Section>
        <Section id="password" title="Password" text="Changing it ends your log-ins on all other devices.">
          <PasswordForm action={changePasswordAction} />
        </Section>
        <Section
          id="second-factor"
          title="Second factor"
          text={
            factor
              ? "On: logging in also requires a code from your phone."
              : "A code from your phone in addition to the password."
          }
        >
          <SecondFactor isOn={factor} begin={beginFactorAction} confirm={confirmFactorAction} end={endFactorAction} />
        </Section>
        {deleted.length > 0 && (
          <Section id="deleted" title="Deleted" text="You can still restore these. Deleted projects accept no events.">
            <DeletedList deleted={deleted} clock={{ now: now.getTime(), zone }} restore={restoreAction} />
          </Section>
        )}
        <Section id="log-ins" title="Log-ins" text="Where you are logged in. A log-in ends by itself after 30 days.">
          <LogInList logIns={logIns} current={current} clock={{ now: now.getTime(), zone }} action={endLogInsAction} />
        </Section>
      </main>
    </div>
  );
}
