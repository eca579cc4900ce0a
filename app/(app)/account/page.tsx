import type { Metadata } from "next";
import { judgePasswordAction } from "@/app/password-actions";
import { AccountFrame } from "@/components/member/account-frame";
import { DeleteLink } from "@/components/member/delete-link";
import { DeletedList } from "@/components/member/deleted-list";
import { EmailForm, EmailText } from "@/components/member/email-form";
import { LinkedLogIns } from "@/components/member/linked-log-ins";
import { LogInList } from "@/components/member/log-in-list";
import { NameForm } from "@/components/member/name-form";
import { OwnUnsentMails } from "@/components/member/own-unsent-mails";
import { Passkeys } from "@/components/member/passkeys";
import { PasswordForm, passwordText } from "@/components/member/password-form";
import { SecondFactor } from "@/components/member/second-factor";
import { secondFactorText } from "@/components/member/second-factor-text";
import { TwoFactorNotice } from "@/components/member/two-factor-notice";
import { FormSection } from "@/components/ui/form-section";
import { requireLogin } from "@/lib/auth/guard";
import { lifeInWords } from "@/lib/auth/log-in-life";
import { ownAccount } from "@/lib/auth/own-account/own-account.queries";
import { currentLogIn } from "@/lib/auth/session";
import { readerZone } from "@/lib/http/zone";
import { canSendMail } from "@/lib/mail/setup";
import { pendingDeletionsOf } from "@/lib/projects/deletion.queries";
import { changeEmailAction, changePasswordAction, endLogInsAction, renameAction } from "./actions";
import { beginFactorAction, confirmFactorAction, endFactorAction } from "./factor-actions";
import { linkAction, unlinkAction } from "./link-actions";
import { logInAgainAction } from "./log-in-again-actions";
import { addPasskeyAction, beginPasskeyAction, removePasskeyAction } from "./passkey-actions";
import { restoreAction } from "./restore-actions";

export const metadata: Metadata = { title: "Your account" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OwnAccountPage({ searchParams }: Props) {
  const member = await requireLogin("/account");
  const now = new Date();
  const current = await currentLogIn();
  const [own, zone, deleted] = await Promise.all([
    ownAccount(member, current, await searchParams, now),
    readerZone(),
    pendingDeletionsOf(member.id),
  ]);
  const { logIns, isVerified, factor, password, ways, passkeys, demand, unsent } = own;
  const clock = { now: now.getTime(), zone };
  return (
    <AccountFrame>
      {demand && <TwoFactorNotice {...demand} logInAgain={logInAgainAction} />}
      <FormSection id="name" title="Name" text="How your team sees you, in notes and corrections.">
        <NameForm name={member.name} action={renameAction} />
      </FormSection>
      <FormSection id="email" title="E-mail" text={<EmailText email={member.email} isVerified={isVerified} />}>
        <EmailForm email={member.email} action={canSendMail() ? changeEmailAction : null} />
        <OwnUnsentMails mails={unsent} clock={clock} />
      </FormSection>
      <FormSection id="password" title="Password" text={passwordText(password)}>
        <PasswordForm hasPassword={password} action={changePasswordAction} judge={judgePasswordAction} />
      </FormSection>
      {ways && (
        <FormSection id="ways-in" title="Linked log-ins" text="Other ways to log in to this account.">
          <LinkedLogIns {...ways} clock={clock} link={linkAction} unlink={unlinkAction} />
        </FormSection>
      )}
      <FormSection
        id="passkeys"
        title="Passkeys"
        text="Log in with fingerprint, face or PIN instead of password and code."
      >
        <Passkeys
          passkeys={passkeys}
          clock={clock}
          begin={beginPasskeyAction}
          add={addPasskeyAction}
          remove={removePasskeyAction}
        />
      </FormSection>
      <FormSection id="second-factor" title="Second factor" text={secondFactorText(factor)}>
        <SecondFactor
          isOn={factor}
          wanted={demand?.projectId ?? null}
          begin={beginFactorAction}
          confirm={confirmFactorAction}
          end={endFactorAction}
        />
      </FormSection>
      <DeletedList deleted={deleted} clock={clock} restore={restoreAction} />
      <FormSection
        id="log-ins"
        title="Log-ins"
        text={`Where you are logged in. A log-in expires after ${lifeInWords()}.`}
      >
        <LogInList logIns={logIns} current={current} clock={clock} action={endLogInsAction} />
      </FormSection>
      <FormSection id="delete" title="Delete" text="Deletes your account and what is stored about you as a member.">
        <DeleteLink />
      </FormSection>
    </AccountFrame>
  );
}
