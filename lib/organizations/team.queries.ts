import { prisma } from "@/lib/db/prisma";
import type { Role } from "./organizations.store";

export type TeamMember = {
  id: string;
  name: string;
  email: string;
  role: Role;
  since: Date;
  isVerified: boolean;
};

/** Everybody in an organization, by name. Uses memberships_pkey: a team has a few dozen. */
export async function teamOf(organizationId: string): Promise<TeamMember[]> {
  const rows = await prisma().membership.findMany({
    where: { organizationId },
    orderBy: [{ member: { name: "asc" } }, { memberId: "asc" }],
    select: {
      role: true,
      createdAt: true,
      member: { select: { id: true, name: true, email: true, emailVerifiedAt: true } },
    },
  });
  return rows.map(({ role, createdAt, member }) => ({
    id: member.id,
    name: member.name,
    email: member.email,
    role: role as Role,
    since: createdAt,
    isVerified: member.emailVerifiedAt !== null,
  }));
}
