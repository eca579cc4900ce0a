import type { Prisma } from "@/lib/db/generated/client";
import { prisma } from "@/lib/db/prisma";
import type { TeamScope } from "@/lib/scope";

/** The organization's name. Primary key. */
export const organizationName = async ({ organizationId }: TeamScope<"own">): Promise<string> =>
  (await prisma().organization.findUniqueOrThrow({ where: { id: organizationId }, select: { name: true } })).name;

/**
 * The organization in which a member creates projects: the one they have owned or administered longest; null if there
 * is none. Uses memberships_member_id_idx: a member has a handful.
 */
export async function homeOrganization(
  tx: Pick<Prisma.TransactionClient, "membership">,
  memberId: string,
): Promise<string | null> {
  const membership = await tx.membership.findFirst({
    where: { memberId, role: { in: ["owner", "admin"] }, organization: { eraseAt: null } },
    orderBy: [{ createdAt: "asc" }, { organizationId: "asc" }],
    select: { organizationId: true },
  });
  return membership?.organizationId ?? null;
}
