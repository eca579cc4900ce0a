import type { Prisma } from "@/lib/db/generated/client";
import { newId } from "@/lib/ids";

/** A new organization whose only member owns it. One row in each of organizations and memberships. */
export async function insertOrganization(tx: Prisma.TransactionClient, name: string, ownerId: string): Promise<string> {
  const organization = await tx.organization.create({ data: { id: newId(), name } });
  await tx.membership.create({ data: { organizationId: organization.id, memberId: ownerId, role: "owner" } });
  return organization.id;
}
