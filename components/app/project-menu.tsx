"use client";

import { Check, Plus } from "lucide-react";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { MenuTrigger } from "@/components/ui/lazy-menu";
import { MenuLink } from "@/components/ui/link";

export type MenuProject = { id: string; name: string; organizationName: string };

/** The projects of a member; with their organizations if there are several. */
export default function ProjectMenu(props: { projects: MenuProject[]; current: string; trigger: MenuTrigger }) {
  const hasSeveral = new Set(props.projects.map(({ organizationName }) => organizationName)).size > 1;
  return (
    <DropdownMenu defaultOpen>
      <DropdownMenuTrigger {...props.trigger} />
      <DropdownMenuContent align="start" className="w-(--radix-dropdown-menu-trigger-width)">
        <DropdownMenuLabel>Projects</DropdownMenuLabel>
        {props.projects.map((project) => (
          <DropdownMenuItem key={project.id} asChild>
            <MenuLink href={`/${project.id}/users`} aria-current={project.id === props.current ? "true" : undefined}>
              <span className="grid min-w-0">
                <span className="truncate">{project.name}</span>
                {hasSeveral && (
                  <span className="truncate text-muted-foreground text-xs">{project.organizationName}</span>
                )}
              </span>
              {project.id === props.current && <Check aria-hidden="true" className="ml-auto" />}
            </MenuLink>
          </DropdownMenuItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <MenuLink href="/projects/new">
            <Plus aria-hidden="true" />
            New project
          </MenuLink>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
