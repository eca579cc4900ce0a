import sql from "sql-template-tag";
import type { Prisma } from "@/lib/db/generated/client";
import type { Database } from "@/lib/db/pool";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import type { TeamScope } from "@/lib/scope";

/** Creates an organization whose only member owns it. One row in each of organizations and memberships. */
export async function insertOrganization(tx: Prisma.TransactionClient, name: string, ownerId: string): Promise<string> {
  const organization = await tx.organization.create({ data: { id: newId(), name } });
  await tx.membership.create({ data: { organizationId: organization.id, memberId: ownerId, role: "owner" } });
  return organization.id;
}

/** Sets whether its projects open only for log-ins with two factors. */
export async function setTwoFactorDemand({ organizationId }: TeamScope, isOn: boolean): Promise<void> {
  await prisma().organization.update({ where: { id: organizationId }, data: { demandsTwoFactor: isOn } });
}

/** Schedules an organization's erasure; false if that was done before. */
export async function closeOrganization({ organizationId }: TeamScope<"own">, eraseAt: Date): Promise<boolean> {
  const where = { id: organizationId, eraseAt: null };
  return (await prisma().organization.updateMany({ where, data: { eraseAt } })).count > 0;
}

/** Undoes closeOrganization; false if it was not closed, or its grace period is over. */
export async function reopenOrganization({ organizationId }: TeamScope<"own">, now: Date): Promise<boolean> {
  const where = { id: organizationId, eraseAt: { gt: now } };
  return (await prisma().organization.updateMany({ where, data: { eraseAt: null } })).count > 0;
}

/** Schedules the immediate erasure of organizations whose last member leaves, as nobody could restore them. */
export async function abandonOrganizations(
  tx: ControlTx,
  organizations: readonly { id: string }[],
  now: Date,
): Promise<void> {
  const id = { in: organizations.map((one) => one.id) };
  await tx.organization.updateMany({ where: { id }, data: { name: "Deleted", eraseAt: now } });
}

/**
 * Renames organizations that are named after a member who deletes their account after their longest-standing owner.
 */
export async function forgetOwnersName(
  tx: ControlTx,
  organizations: readonly { id: string; name: string }[],
  { memberId, name }: { memberId: string; name: string },
): Promise<void> {
  for (const { id } of organizations.filter((one) => one.name === organizationNameAfter(name))) {
    const owner = await tx.membership.findFirst({
      where: { organizationId: id, memberId: { not: memberId }, role: "owner" },
      orderBy: [{ createdAt: "asc" }, { memberId: "asc" }],
      select: { member: { select: { name: true } } },
    });
    await tx.organization.update({
      where: { id },
      data: { name: organizationNameAfter(owner?.member.name ?? "A team") },
    });
  }
}

/** The default name of an organization. */
export const organizationNameAfter = (name: string): string => `${name}'s organization`;

/** Erases organizations whose grace period is over, once their projects are erased. */
export async function eraseOrganizations(db: Database, at: Date): Promise<void> {
  await db.query(sql`
    DELETE FROM organizations o
     WHERE o.erase_at <= ${at} AND NOT EXISTS (SELECT FROM projects p WHERE p.organization_id = o.id)`);
}
