import { idOfToken, tokenOf } from "@/lib/auth/one-time-links";
import { prisma } from "@/lib/db/prisma";
import { mayGive } from "@/lib/organizations/team.store";
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

/** The invitation of a link; null if it was used, withdrawn or has expired, or the link is not genuine. */
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
      organization: { select: { name: true } },
      inviter: { select: { name: true } },
    },
  });
  if (!found) return null;
  const { organization, inviter, role, ...rest } = found;
  return { ...rest, role: role as Role, organization: organization.name, inviter: inviter?.name ?? null };
}

/** The newest open invitation to an address; null for none. At most a few: invitations_email_idx would not pay. */
export async function openInvitationTo(email: string, now: Date): Promise<string | null> {
  const found = await prisma().invitation.findFirst({
    where: { email, expiresAt: { gt: now }, organization: { eraseAt: null } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true },
  });
  return found?.id ?? null;
}

/** `token`: of a link that can be passed on; null if nobody may pass it on. */
export type InvitationListed = { id: string; email: string | null; role: Role; expiresAt: Date; token: string | null };

/**
 * An organization's open invitations, newest first, for members who may invite; the link is left out for a role that
 * the viewer may not grant, as it would grant it to them. `mailed`: those with an address were.
 */
export async function openInvitations(
  { organizationId, role: viewer }: TeamScope,
  mailed: boolean,
  now: Date,
): Promise<InvitationListed[]> {
  const rows = await prisma().invitation.findMany({
    where: { organizationId, expiresAt: { gt: now } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, email: true, role: true, expiresAt: true },
  });
  return rows.map((row) => ({
    ...row,
    role: row.role as Role,
    token: (mailed && row.email !== null) || !mayGive(viewer, row.role as Role) ? null : tokenOf("invitation", row.id),
  }));
}
