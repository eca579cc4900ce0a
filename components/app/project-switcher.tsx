"use client";

import { ChevronsUpDown } from "lucide-react";
import { lazy } from "react";
import type { MenuProject } from "@/components/app/project-menu";
import { LazyMenu } from "@/components/ui/lazy-menu";

const load = () => import("@/components/app/project-menu");
const ProjectMenu = lazy(load);

export function ProjectSwitcher({ projects, current }: { projects: MenuProject[]; current: string }) {
  const trigger = {
    className:
      "flex h-9 w-full items-center gap-2 rounded-md border bg-background px-2.5 text-left text-sm shadow-xs hover:bg-muted",
    children: (
      <>
        <span className="sr-only">Project: </span>
        <span className="truncate font-medium">{projects.find(({ id }) => id === current)?.name ?? "Project"}</span>
        <ChevronsUpDown aria-hidden="true" className="ml-auto size-3.5 shrink-0 text-muted-foreground" />
      </>
    ),
  };
  return (
    <LazyMenu trigger={trigger} load={load}>
      <ProjectMenu projects={projects} current={current} trigger={trigger} />
    </LazyMenu>
  );
}
