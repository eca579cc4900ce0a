import sql from "sql-template-tag";
import type { Prisma } from "@/lib/db/generated/client";
import type { Database } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import type { TeamScope } from "@/lib/scope";

/** Creates an organization whose only member owns it. One row in each of organizations and memberships. */
export async function insertOrganization(tx: Prisma.TransactionClient, name: string, ownerId: string): Promise<string> {
  const organization = await tx.organization.create({ data: { id: newId(), name } });
  await tx.membership.create({ data: { organizationId: organization.id, memberId: ownerId, role: "owner" } });
  return organization.id;
}

/** Schedules an organization's erasure; false if it already was. */
export async function closeOrganization({ organizationId }: TeamScope<"own">, eraseAt: Date): Promise<boolean> {
  const where = { id: organizationId, eraseAt: null };
  return (await prisma().organization.updateMany({ where, data: { eraseAt } })).count > 0;
}

/** Undoes closeOrganization; false if it was not closed, or its grace period is over. */
export async function reopenOrganization({ organizationId }: TeamScope<"own">, now: Date): Promise<boolean> {
  const where = { id: organizationId, eraseAt: { gt: now } };
  return (await prisma().organization.updateMany({ where, data: { eraseAt: null } })).count > 0;
}

/** Erases organizations whose grace period is over, once their projects are erased. */
export async function eraseOrganizations(db: Database, at: Date): Promise<void> {
  await db.query(sql`
    DELETE FROM organizations o
     WHERE o.erase_at <= ${at} AND NOT EXISTS (SELECT FROM projects p WHERE p.organization_id = o.id)`);
}
