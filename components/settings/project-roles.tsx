"use client";

import { useActionState } from "react";
import { ProjectRoleSelect } from "@/components/settings/role-select";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogTrigger } from "@/components/ui/dialog";
import { ErrorMessage } from "@/components/ui/error-message";
import type { FormAction } from "@/components/ui/fields-form";
import { IDLE } from "@/lib/http/form";
import type { TeamMember } from "@/lib/organizations/team.queries";

type ProjectRolesProps = {
  projectId: string;
  member: Pick<TeamMember, "id" | "name" | "role" | "projectRoles">;
  projects: { id: string; name: string }[];
  change: FormAction;
};

/** A member's role in each project of the organization. */
export function ProjectRoles({ projectId, member, projects, change }: ProjectRolesProps) {
  const [state, send] = useActionState(change, IDLE);
  const others = Object.keys(member.projectRoles).length;
  return (
    <Dialog>
      <DialogTrigger asChild>
        <Button variant="ghost" size="sm" aria-label={`Roles of ${member.name} per project`}>
          {others === 0 ? "Per project" : `Per project (${others})`}
        </Button>
      </DialogTrigger>
      <DialogContent
        title={`Projects of ${member.name}`}
        description="Give them a different role in a project, or no access to it. New projects use the role in the organization."
      >
        {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
        <ul className="grid max-h-96 gap-3 overflow-y-auto">
          {projects.map(({ id, name }) => (
            <li key={id}>
              <form action={send} className="flex flex-wrap items-center justify-between gap-2">
                <input type="hidden" name="projectId" value={projectId} />
                <input type="hidden" name="memberId" value={member.id} />
                <input type="hidden" name="ofProject" value={id} />
                <label htmlFor={`role-${member.id}-${id}`} className="min-w-0 truncate text-sm">
                  {name}
                </label>
                <ProjectRoleSelect
                  id={`role-${member.id}-${id}`}
                  role={member.role}
                  key={member.projectRoles[id]}
                  defaultValue={member.projectRoles[id] ?? ""}
                  onChange={(event) => event.currentTarget.form?.requestSubmit()}
                />
              </form>
            </li>
          ))}
        </ul>
      </DialogContent>
    </Dialog>
  );
}
