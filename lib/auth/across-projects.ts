import "server-only";
import { requireLogin, requireMember } from "@/lib/auth/guard";
import { openProjects } from "@/lib/auth/open-projects";
import { type Project, projectsOf } from "@/lib/projects/projects.queries";
import type { Scope } from "@/lib/scope";

/** The parameters of a back office's link, by name; `project` names one of the member's projects, "" means all. */
export type Wanted = { project: string } & Record<string, string>;

/** Parses such a link's parameters, trimmed; "" for absent or repeated ones. */
export function wantedIn<Name extends string>(
  given: Record<string, string | string[] | undefined>,
  names: readonly Name[],
): Record<Name | "project", string> {
  const one = (name: string) => (typeof given[name] === "string" ? given[name].trim() : "");
  return Object.fromEntries([...names, "project"].map((name) => [name, one(name)])) as Record<Name | "project", string>;
}

/** The results of `find` in each of the member's projects; without a log-in, redirects to it and back to `path`. */
export async function acrossProjects<T>(
  path: string,
  wanted: Wanted,
  find: (scope: Scope, project: Pick<Project, "id" | "name">) => Promise<T[]>,
) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ""));
  const member = await requireLogin(`${path}?${query}`);
  const projects = await projectsOf(member.id);
  const among =
    wanted.project === "" ? await openProjects(member.id) : projects.filter(({ id }) => id === wanted.project);
  const found = await Promise.all(among.map(async (project) => find((await requireMember(project.id)).scope, project)));
  return { projects, found: found.flat() };
}
