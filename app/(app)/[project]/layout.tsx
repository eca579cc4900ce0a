import type { ReactNode } from "react";
import { Shell } from "@/components/app/shell";
import { TimeZone } from "@/components/time-zone";
import { Editing } from "@/components/ui/editable";
import { PicturesShown } from "@/components/ui/picture";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { projectsOf } from "@/lib/projects/projects.queries";
import { logOutAction } from "./log-out-actions";

type Props = { params: Promise<{ project: string }>; children: ReactNode };

export default async function ProjectLayout({ children, params }: Props) {
  const { member, project, may } = await requireMember((await params).project);
  const projects = await projectsOf(member.id);
  return (
    <Shell member={member} projectId={project.id} projects={projects} logOut={logOutAction}>
      <TimeZone known={await readerZone()} />
      <Editing isAllowed={may.edit}>
        <PicturesShown shown={project.avatars}>{children}</PicturesShown>
      </Editing>
    </Shell>
  );
}
