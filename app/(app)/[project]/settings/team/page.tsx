import type { Metadata } from "next";
import { headers } from "next/headers";
import { Invitations } from "@/components/settings/invitations";
import { InviteForm } from "@/components/settings/invite-form";
import { Section } from "@/components/settings/section";
import { TeamList } from "@/components/settings/team-list";
import { UnsentMail } from "@/components/settings/unsent-mail";
import { PageHeader } from "@/components/ui/page-header";
import { requireMember } from "@/lib/auth/guard";
import { openInvitations } from "@/lib/auth/invitations.queries";
import { requestOrigin } from "@/lib/http/forwarded";
import { readerZone } from "@/lib/http/zone";
import { unsentMails } from "@/lib/mail/mails.queries";
import { sendsMail } from "@/lib/mail/setup";
import { teamOf } from "@/lib/organizations/team.queries";
import { changeRoleAction, inviteAction, removeAction, retryMailAction, withdrawAction } from "./actions";

export const metadata: Metadata = { title: "Team" };

export default async function TeamPage({ params }: { params: Promise<{ project: string }> }) {
  const { project, member, role, organizationId } = await requireMember((await params).project);
  const now = new Date();
  const isAdmin = role !== "member";
  const [team, invitations, unsent, zone] = await Promise.all([
    teamOf(organizationId),
    isAdmin ? openInvitations(organizationId, role, sendsMail(), now) : [],
    isAdmin ? unsentMails(organizationId) : [],
    readerZone(),
  ]);
  const clock = { now: now.getTime(), zone };
  const origin = requestOrigin(await headers());
  const links = invitations.map(({ token, ...rest }) => ({
    ...rest,
    link: token === null ? null : `${origin}/invite/${token}`,
  }));
  return (
    <>
      <PageHeader title="Team">{!isAdmin && "Only owners and admins can change it"}</PageHeader>
      <Section
        id="members"
        title="Members"
        text="Everybody here sees all projects of the organization. Admins change settings, keys and the team; owners also other owners."
      >
        <TeamList
          projectId={project.id}
          team={team}
          self={{ id: member.id, role }}
          clock={clock}
          changeRole={changeRoleAction}
          remove={removeAction}
        />
      </Section>
      {isAdmin && (
        <Section
          id="invite"
          title="Invite"
          text={
            sendsMail()
              ? "With an address, the link is mailed and only its owner can accept. Without one, you get a link to pass on."
              : "You get a link to pass on: this instance sends no mail. With an address, only an account with it can accept."
          }
        >
          <div className="grid gap-5">
            <InviteForm projectId={project.id} isOwner={role === "owner"} action={inviteAction} />
            <Invitations projectId={project.id} invitations={links} clock={clock} withdraw={withdrawAction} />
          </div>
        </Section>
      )}
      {unsent.length > 0 && (
        <Section id="mail" title="Mail that could not be sent" text="It is tried again for a day and a half.">
          <UnsentMail projectId={project.id} mails={unsent} clock={clock} retry={retryMailAction} />
        </Section>
      )}
    </>
  );
}
