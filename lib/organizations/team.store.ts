import sql from "sql-template-tag";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import type { Role } from "./organizations.store";

/** Who changes the team: `role` is what they are in it, as the guard found. */
export type Actor = { memberId: string; role: Role };

const LAST_OWNER = "An organization needs an owner. Make somebody else one first.";

/** Owners hand out every role; admins those below their own. */
export function mayGive(actor: Role, role: Role): boolean {
  return actor === "owner" || (actor === "admin" && role !== "owner");
}

/**
 * Changes what a member is. Throws `not_found` for somebody who is not in the organization, `forbidden` for what the
 * actor may not give or take, `conflict` where the last owner would be none.
 */
export async function changeRole(organizationId: string, actor: Actor, memberId: string, role: Role): Promise<void> {
  await prisma().$transaction(async (tx) => {
    const now = await lockedRole(tx, organizationId, memberId);
    if (!mayGive(actor.role, role) || !mayGive(actor.role, now))
      throw new AppError("forbidden", "Only an owner can do this. Ask one of them.");
    if (now === "owner" && role !== "owner") await refuseLastOwner(tx, organizationId);
    await tx.membership.update({ where: { organizationId_memberId: { organizationId, memberId } }, data: { role } });
  });
}

/**
 * Takes somebody out, oneself included ("leave"); `also` removes, in the same transaction, what they made for others to
 * join by. Throws as changeRole does.
 */
export async function removeMember(
  organizationId: string,
  actor: Actor,
  memberId: string,
  also: (tx: ControlTx) => Promise<unknown>,
): Promise<void> {
  await prisma().$transaction(async (tx) => {
    const role = await lockedRole(tx, organizationId, memberId);
    if (memberId !== actor.memberId && !mayGive(actor.role, role))
      throw new AppError("forbidden", "Only an owner can do this. Ask one of them.");
    if (role === "owner") await refuseLastOwner(tx, organizationId);
    await tx.membership.delete({ where: { organizationId_memberId: { organizationId, memberId } } });
    await also(tx);
  });
}

/** A new member of an organization; one they are already keeps the role they have. */
export async function addMember(tx: ControlTx, organizationId: string, memberId: string, role: Role): Promise<void> {
  await tx.membership.upsert({
    where: { organizationId_memberId: { organizationId, memberId } },
    create: { organizationId, memberId, role },
    update: {},
  });
}

/** Locks the organization, so that two owners cannot both go at once. Primary keys. */
async function lockedRole(tx: ControlTx, organizationId: string, memberId: string): Promise<Role> {
  await tx.$queryRaw(sql`SELECT id FROM organizations WHERE id = ${organizationId}::uuid FOR UPDATE`);
  const found = isUuid(memberId)
    ? await tx.membership.findUnique({ where: { organizationId_memberId: { organizationId, memberId } } })
    : null;
  if (!found) throw new AppError("not_found", "There is no such member in this organization.");
  return found.role as Role;
}

async function refuseLastOwner(tx: ControlTx, organizationId: string): Promise<void> {
  const owners = await tx.membership.count({ where: { organizationId, role: "owner" } });
  if (owners < 2) throw new AppError("conflict", LAST_OWNER);
}
