import type { Prisma } from "@/lib/db/generated/client";

/**
 * The organization in which `memberId` creates projects: the oldest they own or administrate; null if there is none.
 * Uses memberships_member_id_idx: a member has a handful.
 */
export async function homeOrganization(tx: Prisma.TransactionClient, memberId: string): Promise<string | null> {
  const membership = await tx.membership.findFirst({
    where: { memberId, role: { in: ["owner", "admin"] }, organization: { eraseAt: null } },
    orderBy: [{ createdAt: "asc" }, { organizationId: "asc" }],
    select: { organizationId: true },
  });
  return membership?.organizationId ?? null;
}
