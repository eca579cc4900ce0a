import type { ReactNode } from "react";
import { Foldable } from "@/components/users/foldable";
import { userHref } from "@/components/users/row";
import { UserFacts } from "@/components/users/user-facts";
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
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[minmax(0,1fr)_19rem] lg:grid-rows-[auto_1fr] xl:grid-cols-[minmax(0,1fr)_22rem]">
      <UserHeader person={person} first={rows[0] ?? null} clock={clock} projectId={project.id} />
      <Foldable label="Properties and ids" className="lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:border-l">
        <UserFacts person={person} clock={clock} />
      </Foldable>
      <div className="min-w-0">
        <UserTabs
          href={userHref(project.id, person.ref)}
          sessions={person.sessions}
          events={person.events}
          identities={person.identities.length}
        />
        {children}
      </div>
    </div>
  );
}
