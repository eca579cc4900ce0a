import sql from "sql-template-tag";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { type ProjectRole, permitsTeam, ROLES, type Role, roleIn } from "@/lib/permissions";
import type { TeamScope } from "@/lib/scope";

const LAST_OWNER = "An organization needs an owner. Make somebody else one first.";

/** Whether an actor may grant and revoke a role: owners every one, admins every one except owner. */
export const mayGrant = (actor: Role, role: Role): boolean =>
  permitsTeam(actor, role === "owner" ? "own" : "administer");

/**
 * Changes a member's role. Throws `not_found` for somebody who is not in the organization, `forbidden` for a role the
 * actor may not grant or revoke, `conflict` if no owner would be left.
 */
export async function setRole(team: TeamScope, memberId: string, role: Role): Promise<void> {
  const { organizationId } = team;
  await prisma().$transaction(async (tx) => {
    const now = await lockRole(tx, organizationId, memberId);
    await requireMayGrant(tx, team, role, now);
    if (now === "owner" && role !== "owner") await refuseLastOwner(tx, organizationId);
    await tx.membership.update({ where: keyOf(organizationId, memberId), data: { role } });
    // They now have full access to every project; their roles in single projects must not come back later.
    if (keepsEveryProject(role)) await tx.projectRole.deleteMany({ where: { organizationId, memberId } });
  });
}

/**
 * Makes another member an owner and the calling owner an admin, both or neither. Throws `not_found` for somebody who is
 * not in the organization, `forbidden` if the caller is no longer an owner.
 */
export async function transferOwnership(team: TeamScope<"own">, memberId: string): Promise<void> {
  const { organizationId } = team;
  await prisma().$transaction(async (tx) => {
    await lockRole(tx, organizationId, memberId);
    if ((await lockRole(tx, organizationId, team.memberId)) !== "owner")
      throw new AppError("forbidden", "Only owners may do this. Ask one of them.");
    if (memberId === team.memberId) return;
    await tx.membership.update({ where: keyOf(organizationId, memberId), data: { role: "owner" } });
    await tx.membership.update({ where: keyOf(organizationId, team.memberId), data: { role: "admin" } });
    await tx.projectRole.deleteMany({ where: { organizationId, memberId } });
  });
}

/**
 * Gives a member another role in one project, or with null their role in the organization. Throws like setRole,
 * `not_found` for a project of another organization, and `conflict` for owners and admins.
 */
export async function setProjectRole(
  team: TeamScope,
  projectId: string,
  memberId: string,
  role: ProjectRole | null,
): Promise<void> {
  const { organizationId } = team;
  await prisma().$transaction(async (tx) => {
    const now = await lockRole(tx, organizationId, memberId);
    await requireMayGrant(tx, team, now);
    if (keepsEveryProject(now)) throw new AppError("conflict", "Owners and admins have access to every project.");
    if (!isUuid(projectId) || (await tx.project.count({ where: { id: projectId, organizationId } })) === 0)
      throw new AppError("not_found", "There is no such project in this organization.");
    const key = { projectId, memberId };
    if (role === null) await tx.projectRole.deleteMany({ where: key });
    else
      await tx.projectRole.upsert({
        where: { projectId_memberId: key },
        create: { ...key, organizationId, role },
        update: { role },
      });
  });
}

/**
 * Removes a member. `also` runs in the same transaction and removes the invitations that they made. Throws like
 * setRole.
 */
export async function removeMember(team: TeamScope, memberId: string, also: Also): Promise<void> {
  await prisma().$transaction(async (tx) => {
    const role = await lockRole(tx, team.organizationId, memberId);
    await requireMayGrant(tx, team, role);
    await deleteMembership(tx, team.organizationId, memberId, role, also);
  });
}

/** Leaves the organization: anybody may, except the last owner. */
export async function leaveOrganization(organizationId: string, memberId: string, also: Also): Promise<void> {
  await prisma().$transaction(async (tx) => {
    await deleteMembership(tx, organizationId, memberId, await lockRole(tx, organizationId, memberId), also);
  });
}

/**
 * Locks both organizations until the transaction ends, and throws `forbidden` unless the caller still owns them, and
 * `not_found` if one was deleted meanwhile. Primary keys.
 */
export async function lockOwnedOrganizations(tx: ControlTx, ...teams: TeamScope<"own">[]): Promise<void> {
  // In the order of their ids, so that two moves in opposite directions do not wait for each other.
  for (const { organizationId, memberId } of teams.toSorted((a, b) => (a.organizationId < b.organizationId ? -1 : 1))) {
    if ((await lockRole(tx, organizationId, memberId)) !== "owner")
      throw new AppError("forbidden", "Only owners of both organizations may do this.");
    if ((await tx.organization.count({ where: { id: organizationId, eraseAt: null } })) === 0)
      throw new AppError("not_found", "This organization has been deleted.");
  }
}

/**
 * Moves the roles in a project to another organization: those of members who are editors or viewers there, too. The
 * caller has locked both organizations.
 */
export async function moveProjectRoles(tx: ControlTx, projectId: string, organizationId: string): Promise<void> {
  const members = await tx.membership.findMany({
    where: { organizationId, role: { in: ROLES.filter((role) => !keepsEveryProject(role)) } },
    select: { memberId: true },
  });
  await tx.projectRole.deleteMany({
    where: { projectId, memberId: { notIn: members.map(({ memberId }) => memberId) } },
  });
  await tx.projectRole.updateMany({ where: { projectId }, data: { organizationId } });
}

type Also = (tx: ControlTx) => Promise<unknown>;

async function deleteMembership(tx: ControlTx, organizationId: string, memberId: string, role: Role, also: Also) {
  if (role === "owner") await refuseLastOwner(tx, organizationId);
  await tx.membership.delete({ where: keyOf(organizationId, memberId) });
  await also(tx);
}

const keyOf = (organizationId: string, memberId: string) => ({ organizationId_memberId: { organizationId, memberId } });

const keepsEveryProject = (role: Role): boolean => roleIn(role, "none") !== null;

/**
 * Throws `forbidden` unless the actor may grant these roles, by their own current role, as the scope was granted when
 * the request began. The caller has locked the organization.
 */
export async function requireMayGrant(tx: ControlTx, team: TeamScope, ...roles: Role[]): Promise<void> {
  const actor = await tx.membership.findUnique({ where: keyOf(team.organizationId, team.memberId) });
  if (!actor || !roles.every((role) => mayGrant(actor.role as Role, role)))
    throw new AppError("forbidden", "Only owners may do this. Ask one of them.");
}

/** Adds a member to an organization; existing members keep their role. */
export async function addMember(tx: ControlTx, organizationId: string, memberId: string, role: Role): Promise<void> {
  await tx.membership.upsert({
    where: keyOf(organizationId, memberId),
    create: { organizationId, memberId, role },
    update: {},
  });
}

/**
 * A member's role, with the organization locked, so that two owners cannot both leave at once. Throws `not_found` for
 * somebody who is not in it. Primary keys.
 */
async function lockRole(tx: ControlTx, organizationId: string, memberId: string): Promise<Role> {
  await tx.$queryRaw(sql`SELECT id FROM organizations WHERE id = ${organizationId}::uuid FOR UPDATE`);
  const found = isUuid(memberId) ? await tx.membership.findUnique({ where: keyOf(organizationId, memberId) }) : null;
  if (!found) throw new AppError("not_found", "There is no such member in this organization.");
  return found.role as Role;
}

async function refuseLastOwner(tx: ControlTx, organizationId: string): Promise<void> {
  const owners = await tx.membership.count({ where: { organizationId, role: "owner" } });
  if (owners < 2) throw new AppError("conflict", LAST_OWNER);
}
