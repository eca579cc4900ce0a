import type { Metadata } from "next";
import { AccountFrame } from "@/components/member/account-frame";
import { DeletedList } from "@/components/member/deleted-list";
import { EmailForm, EmailText } from "@/components/member/email-form";
import { LinkedLogIns } from "@/components/member/linked-log-ins";
import { LogInList } from "@/components/member/log-in-list";
import { PasswordForm, passwordText } from "@/components/member/password-form";
import { SecondFactor } from "@/components/member/second-factor";
import { secondFactorText } from "@/components/member/second-factor-text";
import { Section } from "@/components/settings/section";
import { FieldsForm } from "@/components/ui/fields-form";
import { requireLogin } from "@/lib/auth/guard";
import { logInsOf } from "@/lib/auth/log-ins.queries";
import { verifiedAt } from "@/lib/auth/members.queries";
import { hasPassword, waysIn } from "@/lib/auth/providers/linked.queries";
import { hasSecondFactor } from "@/lib/auth/second-factor.store";
import { currentLogIn } from "@/lib/auth/session";
import { readerZone } from "@/lib/http/zone";
import { sendsMail } from "@/lib/mail/setup";
import { deletedOf } from "@/lib/projects/deletion.queries";
import { changeEmailAction, changePasswordAction, endLogInsAction, renameAction } from "./actions";
import { beginFactorAction, confirmFactorAction, endFactorAction } from "./factor-actions";
import { linkAction, unlinkAction } from "./link-actions";
import { restoreAction } from "./restore-actions";

export const metadata: Metadata = { title: "Your account" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AccountPage({ searchParams }: Props) {
  const member = await requireLogin("/account");
  const now = new Date();
  const [logIns, current, verified, zone, factor, deleted, password, ways] = await Promise.all([
    logInsOf(member.id, now),
    currentLogIn(),
    verifiedAt(member.id),
    readerZone(),
    hasSecondFactor(member.id),
    deletedOf(member.id),
    hasPassword(member.id),
    waysIn(member.id, await searchParams),
  ]);
  const clock = { now: now.getTime(), zone };
  return (
    <AccountFrame>
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
        <EmailForm email={member.email} hasPassword={password} action={sendsMail() ? changeEmailAction : null} />
      </Section>
      <Section id="password" title="Password" text={passwordText(password)}>
        <PasswordForm hasPassword={password} action={changePasswordAction} />
      </Section>
      {ways && (
        <Section id="ways-in" title="Linked log-ins" text="Other ways to log in to this account.">
          <LinkedLogIns {...ways} hasPassword={password} clock={clock} link={linkAction} unlink={unlinkAction} />
        </Section>
      )}
      <Section id="second-factor" title="Second factor" text={secondFactorText(factor)}>
        <SecondFactor
          isOn={factor}
          hasPassword={password}
          begin={beginFactorAction}
          confirm={confirmFactorAction}
          end={endFactorAction}
        />
      </Section>
      {deleted.length > 0 && (
        <Section id="deleted" title="Deleted" text="You can still restore these. Deleted projects accept no events.">
          <DeletedList deleted={deleted} clock={clock} restore={restoreAction} />
        </Section>
      )}
      <Section id="log-ins" title="Log-ins" text="Where you are logged in. A log-in ends by itself after 30 days.">
        <LogInList logIns={logIns} current={current} clock={clock} action={endLogInsAction} />
      </Section>
    </AccountFrame>
  );
}
