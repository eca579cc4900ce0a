import { prisma } from "@/lib/db/prisma";
import { isUuid } from "@/lib/ids";
import type { ProjectRole, Role } from "@/lib/permissions";
import type { TeamScope } from "@/lib/scope";

export type TeamMember = {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** By project id, if different from `role`. */
  projectRoles: Record<string, ProjectRole>;
  since: Date;
  isVerified: boolean;
};

/** The members of an organization, by name. Uses memberships_pkey: a team has a few dozen. */
export async function teamOf(organizationId: string): Promise<TeamMember[]> {
  const rows = await prisma().membership.findMany({
    where: { organizationId },
    orderBy: [{ member: { name: "asc" } }, { memberId: "asc" }],
    select: {
      role: true,
      createdAt: true,
      projectRoles: { select: { projectId: true, role: true } },
      member: { select: { id: true, name: true, email: true, emailVerifiedAt: true } },
    },
  });
  return rows.map(({ role, createdAt, projectRoles, member }) => ({
    id: member.id,
    name: member.name,
    email: member.email,
    role: role as Role,
    projectRoles: Object.fromEntries(projectRoles.map((one) => [one.projectId, one.role as ProjectRole])),
    since: createdAt,
    isVerified: member.emailVerifiedAt !== null,
  }));
}

/** The organization's projects, by name. Uses projects_organization_id_idx. */
export const projectsIn = ({ organizationId }: TeamScope): Promise<{ id: string; name: string }[]> =>
  prisma().project.findMany({
    where: { organizationId, eraseAt: null },
    select: { id: true, name: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });

/** A member's role in the organization; null for somebody who is not in it. Primary key. */
export async function roleInOrganization(organizationId: string, memberId: string): Promise<Role | null> {
  if (!isUuid(organizationId)) return null;
  const found = await prisma().membership.findUnique({
    where: { organizationId_memberId: { organizationId, memberId } },
    select: { role: true },
  });
  return (found?.role ?? null) as Role | null;
}
