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

export type Project = { id: string; name: string; organizationName: string };

export default function ProjectMenu(props: { projects: Project[]; current: string; trigger: MenuTrigger }) {
  return (
    <DropdownMenu defaultOpen>
      <DropdownMenuTrigger {...props.trigger} />
      <DropdownMenuContent align="start" className="w-(--radix-dropdown-menu-trigger-width)">
        <DropdownMenuLabel>Projects</DropdownMenuLabel>
        {props.projects.map((project) => (
          <DropdownMenuItem key={project.id} asChild>
            <MenuLink href={`/${project.id}/users`} aria-current={project.id === props.current ? "true" : undefined}>
              <span className="truncate">{project.name}</span>
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
