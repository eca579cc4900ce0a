import type { ReactNode } from "react";
import { userHref } from "@/components/users/row";
import { UserAside } from "@/components/users/user-aside";
import { UserHeader } from "@/components/users/user-header";
import { UserTabs } from "@/components/users/user-tabs";
import { readerZone } from "@/lib/http/zone";
import { listEvents } from "@/lib/timeline/queries";
import { requirePersonPage } from "./person";

type Props = { params: Promise<{ project: string; userId: string }>; children: ReactNode };

export default async function UserLayout({ children, params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person } = await requirePersonPage(projectId, userId);
  const { rows } = await listEvents(scope, person.ref, { order: "asc", limit: 1 });
  const clock = { now: Date.now(), zone: await readerZone() };
  return (
    <div className="lg:grid lg:grid-cols-[minmax(0,1fr)_19rem] xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="min-w-0 lg:border-r lg:min-h-dvh">
        <UserHeader person={person} first={rows[0] ?? null} clock={clock} projectId={project.id} />
        <UserAside person={person} clock={clock} folded />
        <UserTabs href={userHref(project.id, person.ref)} sessions={person.sessions} events={person.events} />
        {children}
      </div>
      <UserAside person={person} clock={clock} />
    </div>
  );
}
