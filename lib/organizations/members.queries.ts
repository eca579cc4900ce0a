import { prisma } from "@/lib/db/prisma";
import type { Scope } from "@/lib/scope";

export type ProjectMember = { id: string; name: string };

/** Everybody who can open the project, by name. Uses memberships_pkey: a team has a few dozen. */
export async function membersOf(scope: Scope): Promise<ProjectMember[]> {
  return prisma().member.findMany({
    where: { memberships: { some: { organization: { projects: { some: { id: scope.projectId } } } } } },
    select: { id: true, name: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
}
