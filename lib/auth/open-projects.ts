import "server-only";
import { currentLogIn } from "@/lib/auth/session";
import { hasProvedTwoFactors } from "@/lib/auth/two-factor.queries";
import { type ProjectListed, projectsOf } from "@/lib/projects/projects.queries";

/**
 * The member's projects that this log-in can open; if none, all of them: opening one explains what is missing. A
 * project closed by its organization's demand for two factors must not come before the others.
 */
export async function openProjects(memberId: string): Promise<ProjectListed[]> {
  const projects = await projectsOf(memberId);
  const isDemanded = projects.some(({ demandsTwoFactor }) => demandsTwoFactor);
  if (!isDemanded || (await hasProvedTwoFactors((await currentLogIn()) ?? ""))) return projects;
  const open = projects.filter(({ demandsTwoFactor }) => !demandsTwoFactor);
  return open.length > 0 ? open : projects;
}
