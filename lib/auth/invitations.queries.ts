import { idOfToken, tokenOf } from "@/lib/auth/one-time-links";
import { prisma } from "@/lib/db/prisma";
import { mayGrant } from "@/lib/organizations/team.store";
import type { Role } from "@/lib/permissions";
import type { TeamScope } from "@/lib/scope";

export type OpenInvitation = {
  id: string;
  organizationId: string;
  organization: string;
  /** The only address that may accept it; null for anybody with the link. */
  email: string | null;
  role: Role;
  inviter: string | null;
};

/**
 * The invitation of a link; null if it was used or withdrawn, has expired, or its sender may no longer give its role,
 * or if the link is not genuine.
 */
export async function invitationOf(token: string, now: Date): Promise<OpenInvitation | null> {
  const id = idOfToken("invitation", token);
  if (id === null) return null;
  const found = await prisma().invitation.findFirst({
    where: { id, expiresAt: { gt: now }, organization: { eraseAt: null } },
    select: {
      id: true,
      organizationId: true,
      email: true,
      role: true,
      invitedBy: true,
      organization: { select: { name: true } },
      inviter: { select: { name: true } },
    },
  });
  if (!found || !(await mayInviterGrantRole(found))) return null;
  const { organization, inviter, role, invitedBy: _, ...rest } = found;
  return { ...rest, role: role as Role, organization: organization.name, inviter: inviter?.name ?? null };
}

type GivenRole = { organizationId: string; role: string; invitedBy: string | null };

/** Whether the inviter may still give the role: nobody who was demoted may rise again by a link of their own. */
export async function mayInviterGrantRole({ organizationId, role, invitedBy }: GivenRole): Promise<boolean> {
  if (invitedBy === null) return false;
  const key = { organizationId, memberId: invitedBy };
  const inviter = await prisma().membership.findUnique({ where: { organizationId_memberId: key } });
  return inviter !== null && mayGrant(inviter.role as Role, role as Role);
}

/** The most invitations to one address that are checked. Each organization has at most one. */
const CHECKED_MAX = 20;

/** The newest open invitation to an address, or null. An index on addresses would not pay: invitations are few. */
export async function openInvitationTo(email: string, now: Date): Promise<string | null> {
  const found = await prisma().invitation.findMany({
    where: { email, expiresAt: { gt: now }, organization: { eraseAt: null } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, organizationId: true, role: true, invitedBy: true },
    take: CHECKED_MAX,
  });
  for (const one of found) if (await mayInviterGrantRole(one)) return one.id;
  return null;
}

/**
 * `token`: of the link, if the viewer may pass it on; else null. `isOver`: its sender may no longer give its role.
 */
export type InvitationListed = {
  id: string;
  email: string | null;
  role: Role;
  expiresAt: Date;
  token: string | null;
  isMailed: boolean;
  isOver: boolean;
  inviter: string | null;
};

/**
 * An organization's open invitations, newest first, for members who may invite. Only the sender who may still give the
 * role sees the link: others could come back by it after they were removed. `mailsInvitations`: those with an address
 * were mailed.
 */
export async function openInvitations(
  { organizationId, memberId, role: viewer }: TeamScope,
  mailsInvitations: boolean,
  now: Date,
): Promise<InvitationListed[]> {
  const rows = await prisma().invitation.findMany({
    where: { organizationId, expiresAt: { gt: now } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    include: { inviter: { select: { name: true, memberships: { where: { organizationId } } } } },
  });
  return rows.map(({ id, email, expiresAt, invitedBy, inviter, ...row }) => {
    const role = row.role as Role;
    const inviterRole = inviter?.memberships[0]?.role as Role | undefined;
    const isOver = inviterRole === undefined || !mayGrant(inviterRole, role);
    const isMailed = mailsInvitations && email !== null;
    const mayPassOn = invitedBy === memberId && mayGrant(viewer, role) && !isMailed && !isOver;
    const token = mayPassOn ? tokenOf("invitation", id) : null;
    return { id, email, role, expiresAt, token, isMailed, isOver, inviter: inviter?.name ?? null };
  });
}
