import { prisma } from "@/lib/db/prisma";

export type ListedProject = { id: string; name: string; domain: string | null; owner: string | null; clients: number };

/** Every project of the instance, oldest first, with its organization's owner: for the operator only. */
export async function allProjects(): Promise<ListedProject[]> {
  const projects = await prisma().project.findMany({
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      id: true,
      name: true,
      domain: true,
      organization: {
        select: { memberships: { where: { role: "owner" }, select: { member: { select: { email: true } } }, take: 1 } },
      },
      _count: { select: { clients: { where: { revokedAt: null } } } },
    },
  });
  return projects.map(({ organization, _count, ...project }) => ({
    ...project,
    owner: organization.memberships[0]?.member.email ?? null,
    clients: _count.clients,
  }));
}
