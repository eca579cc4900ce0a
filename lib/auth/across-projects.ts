import "server-only";
import { requireLogin, requireMember } from "@/lib/auth/guard";
import { type Project, projectsOf } from "@/lib/projects/projects.queries";
import type { Scope } from "@/lib/scope";

/** What a back office's link asks for: texts by name; `project` names one of the member's, "" all. */
export type Wanted = { project: string } & Record<string, string>;

/** The parameters of such a link, trimmed; "" for one that is absent or given twice. */
export function wantedIn<Name extends string>(
  given: Record<string, string | string[] | undefined>,
  names: readonly Name[],
): Record<Name | "project", string> {
  const one = (name: string) => (typeof given[name] === "string" ? given[name].trim() : "");
  return Object.fromEntries([...names, "project"].map((name) => [name, one(name)])) as Record<Name | "project", string>;
}

/** What `find` finds in each of the member's projects; strangers log in first and come back to `path`. */
export async function acrossProjects<T>(
  path: string,
  wanted: Wanted,
  find: (scope: Scope, project: Pick<Project, "id" | "name">) => Promise<T[]>,
) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ""));
  const member = await requireLogin(`${path}?${query}`);
  const projects = await projectsOf(member.id);
  const among = wanted.project === "" ? projects : projects.filter(({ id }) => id === wanted.project);
  const found = await Promise.all(among.map(async (project) => find((await requireMember(project.id)).scope, project)));
  return { projects, found: found.flat() };
}
