import type { Metadata } from "next";
import { judgePasswordAction } from "@/app/password-actions";
import { JoinForm } from "@/components/auth/join-form";
import { ProviderButtons } from "@/components/auth/provider-buttons";
import { FieldsForm } from "@/components/ui/fields-form";
import { Link } from "@/components/ui/link";
import { invitationOf } from "@/lib/auth/invitations.queries";
import { providers } from "@/lib/auth/provider-list";
import { currentMember } from "@/lib/auth/session";
import { leaveAction } from "../../provider-actions";
import { acceptAction, joinAction } from "./actions";

export const metadata: Metadata = { title: "Join a team", referrer: "no-referrer" };

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const invitation = await invitationOf(token, new Date());
  if (!invitation)
    return (
      <>
        <h1 className="mb-1.5 font-semibold text-xl tracking-tight">This invitation no longer works</h1>
        <p className="text-pretty text-muted-foreground text-sm">
          It was already used or withdrawn, or is older than seven days. Ask the person who invited you for a new one.
        </p>
        <p className="mt-6 text-muted-foreground text-sm">
          Joined already?{" "}
          <Link href="/login" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
            Log in
          </Link>
        </p>
      </>
    );
  const member = await currentMember();
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Join {invitation.organization}</h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">
        {invitation.inviter ?? "Somebody"} invites you as {ROLE_WORDS[invitation.role]}.
      </p>
      {member ? (
        <FieldsForm action={acceptAction} hidden={{ token }} wide submit={`Join as ${member.email}`} fields={[]} />
      ) : (
        <>
          <JoinForm token={token} email={invitation.email} action={joinAction} judge={judgePasswordAction} />
          <ProviderButtons
            providers={providers().map(({ id, name }) => ({ id, name }))}
            verb="Join with"
            next={`/invite/${token}`}
            action={leaveAction}
          />
        </>
      )}
    </>
  );
}

const ROLE_WORDS = { owner: "an owner", admin: "an admin", editor: "an editor", viewer: "a viewer" } as const;
