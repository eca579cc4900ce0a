import type { ReactNode } from "react";
import { PlanNotice } from "@/components/app/plan-notice";
import { Shell } from "@/components/app/shell";
import { TimeZone } from "@/components/time-zone";
import { Editing } from "@/components/ui/editable";
import { PicturesShown } from "@/components/ui/picture";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { entitlementOf } from "@/lib/plans/entitlements";
import { noticeOf } from "@/lib/plans/notice";
import { projectsOf } from "@/lib/projects/projects.queries";
import { logOutAction } from "./log-out-actions";

type Props = { params: Promise<{ project: string }>; children: ReactNode };

export default async function ProjectLayout({ children, params }: Props) {
  const { member, project, may, team, teamRole, organizationId } = await requireMember((await params).project);
  const now = Date.now();
  const [projects, plan, zone] = await Promise.all([
    projectsOf(member.id),
    team && entitlementOf(organizationId, now),
    readerZone(),
  ]);
  const notice = plan && noticeOf(plan, now, zone);
  return (
    <Shell
      member={member}
      projectId={project.id}
      projects={projects}
      logOut={logOutAction}
      notice={
        notice && <PlanNotice text={notice} href={teamRole === "owner" ? `/${project.id}/settings/plan` : null} />
      }
    >
      <TimeZone known={zone} />
      <Editing isAllowed={may.edit}>
        <PicturesShown shown={project.avatars}>{children}</PicturesShown>
      </Editing>
    </Shell>
  );
}
