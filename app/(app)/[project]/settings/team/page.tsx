import type { Metadata } from "next";
import { headers } from "next/headers";
import { AbilityTable } from "@/components/settings/ability-table";
import { Invitations } from "@/components/settings/invitations";
import { InviteForm } from "@/components/settings/invite-form";
import { SettingsHeader } from "@/components/settings/settings-header";
import { TeamList } from "@/components/settings/team-list";
import { TwoFactorSection } from "@/components/settings/two-factor-section";
import { UnsentMail } from "@/components/settings/unsent-mail";
import { FormSection } from "@/components/ui/form-section";
import { requireMember } from "@/lib/auth/guard";
import { openInvitations } from "@/lib/auth/invitations.queries";
import { currentLogIn } from "@/lib/auth/session";
import { twoFactorDemand } from "@/lib/auth/two-factor.queries";
import { requestOrigin } from "@/lib/http/forwarded";
import { readerZone } from "@/lib/http/zone";
import { unsentMails } from "@/lib/mail/mails.queries";
import { canSendMail } from "@/lib/mail/setup";
import { projectsIn, teamOf } from "@/lib/organizations/team.queries";
import { abilityTable } from "@/lib/permissions";
import { changeProjectRole, changeRole, leave, remove, transfer } from "./actions";
import { inviteAction, retryMailAction, withdrawAction } from "./invitation-actions";
import { demandTwoFactorAction } from "./two-factor-actions";

export const metadata: Metadata = { title: "Team" };

export default async function TeamPage({ params }: { params: Promise<{ project: string }> }) {
  const { project, member, teamRole, organizationId, team: administers } = await requireMember((await params).project);
  const now = new Date();
  const [demand, team, projects, invitations, unsent, zone] = await Promise.all([
    administers && twoFactorDemand(administers, await currentLogIn()),
    teamOf(organizationId),
    administers ? projectsIn(administers) : [],
    administers ? openInvitations(administers, canSendMail(), now) : [],
    administers ? unsentMails(organizationId, now) : [],
    readerZone(),
  ]);
  const clock = { now: now.getTime(), zone };
  const origin = requestOrigin(await headers());
  const links = invitations.map(({ token, ...rest }) => ({ ...rest, link: token && `${origin}/invite/${token}` }));
  return (
    <>
      <SettingsHeader projectId={project.id} title="Team">
        {!administers && "Only owners and admins can change it"}
      </SettingsHeader>
      <FormSection
        id="members"
        title="Members"
        text="A role applies to all projects of the organization. Editors and viewers can have a different role in a project, or no access to it."
      >
        <TeamList
          projectId={project.id}
          team={team}
          self={{ id: member.id, role: teamRole }}
          projects={projects}
          clock={clock}
          twoFactor={demand?.has ?? null}
          actions={{ changeRole, changeProjectRole, remove, leave, transfer }}
        />
      </FormSection>
      {administers && (
        <FormSection
          id="invite"
          title="Invite"
          text={
            canSendMail()
              ? "If you enter an address, the link is mailed and only its owner can accept. Otherwise you get a link to pass on."
              : "You get a link to pass on, as this instance sends no mail. If you enter an address, only an account with that address can accept."
          }
        >
          <div className="grid gap-5">
            <InviteForm projectId={project.id} isOwner={teamRole === "owner"} action={inviteAction} />
            <Invitations projectId={project.id} invitations={links} clock={clock} withdraw={withdrawAction} />
          </div>
        </FormSection>
      )}
      {unsent.length > 0 && (
        <FormSection id="mail" title="Unsent mail" text="An e-mail that fails is retried for a day and a half.">
          <UnsentMail projectId={project.id} mails={unsent} clock={clock} retry={retryMailAction} />
        </FormSection>
      )}
      {demand && <TwoFactorSection projectId={project.id} {...demand} action={demandTwoFactorAction} />}
      <FormSection
        id="roles"
        title="Roles"
        text="What each role and each kind of key may do. A write key needs its secret for this, and cannot read anything about anybody."
      >
        <AbilityTable rows={abilityTable()} />
      </FormSection>
    </>
  );
}
