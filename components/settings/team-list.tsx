"use client";

import { useActionState } from "react";
import { RemoveMember, TransferOwnership } from "@/components/settings/member-dialogs";
import { ProjectRoles } from "@/components/settings/project-roles";
import { ROLE_LABELS, RoleSelect } from "@/components/settings/role-select";
import type { Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { formatDate } from "@/lib/format/time";
import { IDLE } from "@/lib/http/form";
import type { TeamMember } from "@/lib/organizations/team.queries";
import type { Role } from "@/lib/permissions";

type TeamListProps = {
  projectId: string;
  team: TeamMember[];
  /** The viewing member and their role. */
  self: { id: string; role: Role };
  clock: Clock;
  /** By member: whether they can prove two factors; null for viewers who may not know. */
  twoFactor: Record<string, boolean> | null;
  /** The organization's projects, if the viewer may grant roles in them. */
  projects: { id: string; name: string }[];
  actions: Record<"changeRole" | "changeProjectRole" | "remove" | "leave" | "transfer", FormAction>;
};

/** The team, by name; with role and removal if the viewer may change them. */
export function TeamList(props: TeamListProps) {
  const { projectId, team, self, clock, twoFactor, projects, actions } = props;
  const [state, send] = useActionState(confirmed(actions.changeRole), IDLE);
  const mayChange = ({ role }: TeamMember) => self.role === "owner" || (self.role === "admin" && role !== "owner");
  return (
    <div className="grid grid-cols-1 gap-3">
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
      <ul className="divide-y rounded-lg border">
        {team.map((member) => (
          <li key={member.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3.5 py-2.5">
            <Avatar name={member.name} className="size-8" />
            <div className="min-w-40 flex-1 max-sm:basis-[calc(100%-2.75rem)]">
              <div className="flex flex-wrap items-center gap-2 text-sm">
                <span className="font-medium">{member.name}</span>
                {member.id === self.id && <Badge variant="accent">You</Badge>}
                {twoFactor && (
                  <Badge variant={twoFactor[member.id] ? "outline" : "neutral"}>
                    {twoFactor[member.id] ? "Two factors" : "One factor"}
                  </Badge>
                )}
              </div>
              <p className="truncate text-muted-foreground text-xs max-sm:whitespace-normal max-sm:wrap-anywhere">
                {member.email}, since {formatDate(member.since.getTime(), clock.zone)}
              </p>
            </div>
            {mayChange(member) ? (
              <form action={send}>
                <input type="hidden" name="projectId" value={projectId} />
                <input type="hidden" name="memberId" value={member.id} />
                <RoleSelect
                  key={member.role}
                  isOwner={self.role === "owner"}
                  aria-label={`Role of ${member.name}`}
                  defaultValue={member.role}
                  onChange={(event) => event.currentTarget.form?.requestSubmit()}
                />
              </form>
            ) : (
              <span className="text-muted-foreground text-sm">{ROLE_LABELS[member.role]}</span>
            )}
            {mayChange(member) && (member.role === "editor" || member.role === "viewer") && (
              <ProjectRoles
                projectId={projectId}
                member={member}
                projects={projects}
                change={actions.changeProjectRole}
              />
            )}
            {self.role === "owner" && member.role !== "owner" && (
              <TransferOwnership projectId={projectId} member={member} action={actions.transfer} />
            )}
            {(mayChange(member) || member.id === self.id) && (
              <RemoveMember
                projectId={projectId}
                member={member}
                isSelf={member.id === self.id}
                action={member.id === self.id ? actions.leave : actions.remove}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
