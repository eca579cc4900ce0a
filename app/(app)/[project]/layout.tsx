import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ExampleNotice } from "@/components/app/example-notice";
import { GuestNotice } from "@/components/app/guest-notice";
import { PlanNotice } from "@/components/app/plan-notice";
import { Shell } from "@/components/app/shell";
import { MayEditProvider } from "@/components/ui/editable";
import { GuestProvider } from "@/components/ui/guest";
import { PicturesShown } from "@/components/ui/picture";
import { SightProvider } from "@/components/ui/sight";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { currentMember } from "@/lib/auth/session";
import { readerZone } from "@/lib/http/zone";
import { entitlementOf } from "@/lib/plans/entitlements.store";
import { planNotice } from "@/lib/plans/notice";
import { projectsOf } from "@/lib/projects/projects.queries";
import { logOutAction } from "./log-out-actions";

/** Also for the public demo: its people are invented, and search engines should not show them. */
export const metadata: Metadata = { robots: { index: false, follow: false } };

type Props = { params: Promise<{ project: string }>; children: ReactNode };

export default async function ProjectLayout({ children, params }: Props) {
  const { member, project, may, scope, team, teamRole, organizationId } = await requireMemberOrGuest(
    (await params).project,
  );
  const now = Date.now();
  const [projects, plan, zone, loggedIn] = await Promise.all([
    member ? projectsOf(member.id) : [],
    team && entitlementOf(organizationId, now),
    readerZone(),
    member ?? currentMember(),
  ]);
  const notice = plan && planNotice(plan, now, zone);
  const isExample = projects.some(({ id, isExample: is }) => is && id === project.id);
  const seePlan = teamRole === "owner" ? `/${project.id}/settings/plan` : null;
  return (
    <GuestProvider isGuest={member === null}>
      <SightProvider masked={scope.sight.masked}>
        <Shell
          member={member}
          projectId={project.id}
          projects={member ? projects : [{ id: project.id, name: project.name, organizationName: "Demo" }]}
          logOut={logOutAction}
          notice={
            member === null ? (
              <GuestNotice hasAccount={loggedIn !== null} />
            ) : (
              <>
                {notice && <PlanNotice text={notice} href={seePlan} />}
                {isExample && <ExampleNotice deleteAt={team && `/${project.id}/settings/delete`} />}
              </>
            )
          }
        >
          <MayEditProvider isAllowed={may.edit}>
            <PicturesShown shown={project.avatars}>{children}</PicturesShown>
          </MayEditProvider>
        </Shell>
      </SightProvider>
    </GuestProvider>
  );
}
