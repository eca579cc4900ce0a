import "server-only";
import { requireLogin, requireMember } from "@/lib/auth/guard";
import { openProjects } from "@/lib/auth/open-projects";
import { type Project, projectsOf } from "@/lib/projects/projects.queries";
import type { Scope } from "@/lib/scope";

/** The parameters of a back office's link, by name; `project`: the id of one of the member's projects, "" for all. */
export type LinkParameters = { project: string } & Record<string, string>;

/** Reads a link's parameters from those of the page, trimmed; "" for absent or repeated ones. */
export function linkParameters<Name extends string>(
  given: Record<string, string | string[] | undefined>,
  names: readonly Name[],
): Record<Name | "project", string> {
  const one = (name: string) => (typeof given[name] === "string" ? given[name].trim() : "");
  return Object.fromEntries([...names, "project"].map((name) => [name, one(name)])) as Record<Name | "project", string>;
}

/**
 * The results of `find` in each of the member's projects; redirects visitors to the log-in page, and then to `path`.
 */
export async function acrossProjects<T>(
  path: string,
  wanted: LinkParameters,
  find: (scope: Scope, project: Pick<Project, "id" | "name">) => Promise<T[]>,
) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ""));
  const member = await requireLogin(`${path}?${query}`);
  const projects = await projectsOf(member.id);
  const searched =
    wanted.project === "" ? await openProjects(member.id) : projects.filter(({ id }) => id === wanted.project);
  const found = await Promise.all(
    searched.map(async (project) => find((await requireMember(project.id)).scope, project)),
  );
  return { projects, found: found.flat() };
}
