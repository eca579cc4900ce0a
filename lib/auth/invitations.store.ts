import sql from "sql-template-tag";
import { z } from "zod";
import { invitationOf, type OpenInvitation } from "@/lib/auth/invitations.queries";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { isUniqueViolation } from "@/lib/auth/members.store";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { refuseWeakPassword } from "@/lib/auth/password-strength";
import { emailSchema, memberNameSchema, passwordSchema } from "@/lib/auth/schemas";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isUuid, newId } from "@/lib/ids";
import { queuedSince } from "@/lib/mail/mails.queries";
import { queueMail } from "@/lib/mail/mails.store";
import { addMember, leaveOrganization, mayGrant, removeMember, requireMayGrant } from "@/lib/organizations/team.store";
import { ROLES } from "@/lib/permissions";
import type { TeamScope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";

/** How long an invitation can be accepted, in days. */
const LIFE_DAYS = 7;
/** The most open invitations of an organization. */
const OPEN_MAX = 100;
/**
 * The most invitations an organization mails within a day, in all and to one address. There is a limit because anybody
 * may sign up and create an organization.
 */
const MAILS_A_DAY = 100;
const MAILS_A_DAY_TO_ONE = 3;
const DAY_MS = 24 * 60 * 60_000;

export const INVITATION_IS_OVER = "This invitation was used or withdrawn, or has expired. Ask for another one.";

const schema = z.object({
  email: z.union([z.literal("").transform(() => null), emailSchema]),
  role: z.enum(ROLES, "Choose a role."),
});

/**
 * Invites somebody. With an address, only its owner can accept, and `mail` mails them the link; without one, anybody
 * with the link can. `inviter`: the name shown to them. Returns the invitation's id. Throws `unprocessable`,
 * `forbidden`, `conflict` (also at OPEN_MAX), and `rate_limited`.
 */
export async function invite(
  team: TeamScope,
  inviter: string,
  input: { email: string; role: string },
  mail: boolean,
  now: Date,
): Promise<string> {
  const { organizationId } = team;
  const { email, role } = parseInput(schema, input);
  if (!mayGrant(team.role, role))
    throw new AppError("forbidden", "Only an owner can make somebody an owner.", { field: "role" });
  return prisma().$transaction(async (tx) => {
    const organization = await tx.organization.findUniqueOrThrow({
      where: { id: organizationId },
      select: { name: true },
    });
    // Without this lock, concurrent invitations would each pass the counts below.
    await tx.$queryRaw(sql`SELECT id FROM organizations WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`);
    await requireMayGrant(tx, team, role);
    await tx.invitation.deleteMany({ where: { organizationId, expiresAt: { lte: now } } });
    if (email) await tx.invitation.deleteMany({ where: { organizationId, email } });
    if ((await tx.invitation.count({ where: { organizationId } })) >= OPEN_MAX)
      throw new AppError("conflict", `There are ${OPEN_MAX} open invitations. Withdraw some first.`);
    if (email && (await tx.membership.count({ where: { organizationId, member: { email } } })) > 0)
      throw new AppError("conflict", "They are in the team already.", { field: "email" });
    const id = newId();
    const expiresAt = new Date(now.getTime() + LIFE_DAYS * DAY_MS);
    await tx.invitation.create({
      data: { id, organizationId, email, role, invitedBy: team.memberId, createdAt: now, expiresAt },
    });
    if (email && mail) {
      const since = new Date(now.getTime() - DAY_MS);
      const queued = await queuedSince(tx, organizationId, { kind: "invitation", recipient: email }, since);
      if (queued.toOne >= MAILS_A_DAY_TO_ONE || queued.all >= MAILS_A_DAY)
        throw new AppError("rate_limited", "Too many invitations were mailed within a day. Try again tomorrow.");
      const data = { organization: organization.name, inviter, invitationId: id };
      await queueMail(tx, { to: email, kind: "invitation", data, organizationId }, now);
    }
    return id;
  });
}

export async function withdrawInvitation({ organizationId }: TeamScope, id: string): Promise<void> {
  if (isUuid(id)) await prisma().invitation.deleteMany({ where: { id, organizationId } });
}

/**
 * Removes somebody from a team and withdraws the invitations they sent, as they know those links. Like removeMember.
 */
export const removeFromTeam = (team: TeamScope, memberId: string): Promise<void> =>
  removeMember(team, memberId, (tx) => withdrawAllOf(tx, team.organizationId, memberId));

/** Like removeFromTeam, for somebody who leaves a team. */
export const leaveTeam = (organizationId: string, memberId: string): Promise<void> =>
  leaveOrganization(organizationId, memberId, (tx) => withdrawAllOf(tx, organizationId, memberId));

const withdrawAllOf = (tx: ControlTx, organizationId: string, memberId: string) =>
  tx.invitation.deleteMany({ where: { organizationId, invitedBy: memberId } });

/**
 * Accepts an invitation as a member, who joins the team. Throws `not_found`; `forbidden` if it is for another address.
 */
export async function acceptInvitation(token: string, member: { id: string; email: string }, now: Date): Promise<void> {
  const invitation = await requireInvitation(token, now);
  if (invitation.email !== null && invitation.email !== member.email)
    throw new AppError("forbidden", `This invitation is for ${invitation.email}. Log in with that address.`);
  await prisma().$transaction(async (tx) => {
    const { count } = await tx.invitation.deleteMany({ where: { id: invitation.id } });
    if (count > 0) return addMember(tx, invitation.organizationId, member.id, invitation.role);
    // Used up meanwhile: by the same member's other click, or by somebody else.
    const { organizationId } = invitation;
    if ((await tx.membership.count({ where: { organizationId, memberId: member.id } })) === 0)
      throw new AppError("not_found", INVITATION_IS_OVER);
  });
}

/**
 * Accepts an invitation as somebody new: creates the account and the membership, all or nothing. A mailed invitation
 * verifies its address, because the link was sent there. Throws `not_found`, `unprocessable` on a field, and `conflict`
 * on `email`.
 */
export async function joinByInvitation(
  token: string,
  input: { email: string; name: string; password: string },
  isMailed: boolean,
  now: Date,
): Promise<VerifiedMember> {
  const invitation = await requireInvitation(token, now);
  const email = invitation.email ?? parseInput(emailSchema, input.email, "email");
  const name = parseInput(z.object({ name: memberNameSchema }), { name: input.name }).name;
  const { password } = parseInput(z.object({ password: passwordSchema }), { password: input.password });
  await refuseWeakPassword(password, [email, name]);
  const passwordHash = await hashPassword(password);
  const join = prisma().$transaction(async (tx) => {
    if ((await tx.member.count({ where: { email } })) > 0) throw addressTaken();
    const { count } = await tx.invitation.deleteMany({ where: { id: invitation.id } });
    if (count === 0) throw new AppError("not_found", INVITATION_IS_OVER);
    const emailVerifiedAt = invitation.email !== null && isMailed ? now : null;
    const member = await tx.member.create({ data: { id: newId(), email, name, passwordHash, emailVerifiedAt } });
    await addMember(tx, invitation.organizationId, member.id, invitation.role);
    return { id: member.id, email, name, sessionVersion: member.sessionVersion };
  });
  return join.catch(async (error: unknown) => {
    const isRaced = error instanceof AppError || isUniqueViolation(error);
    const joined = isRaced ? await joinedBefore(invitation, email, password) : null;
    if (joined) return joined;
    throw isUniqueViolation(error) ? addressTaken() : error;
  });
}

const addressTaken = (): AppError =>
  new AppError("conflict", "This address has an account. Log in, then open the link again.", { field: "email" });

/** The member whom another click on the same form has created while this request was in progress; otherwise null. */
async function joinedBefore(
  { id, organizationId }: OpenInvitation,
  email: string,
  password: string,
): Promise<VerifiedMember | null> {
  if ((await prisma().invitation.count({ where: { id } })) > 0) return null;
  const where = { email, memberships: { some: { organizationId } }, secondFactor: null };
  const member = await prisma().member.findFirst({ where });
  if (!member || !(await verifyPassword(member.passwordHash, password))) return null;
  return { id: member.id, email, name: member.name, sessionVersion: member.sessionVersion };
}

async function requireInvitation(token: string, now: Date): Promise<OpenInvitation> {
  const invitation = await invitationOf(token, now);
  if (!invitation) throw new AppError("not_found", INVITATION_IS_OVER);
  return invitation;
}

/** Deletes expired invitations: at most OPEN_MAX of each organization. */
export async function deleteExpiredInvitations(now: Date): Promise<void> {
  await prisma().invitation.deleteMany({ where: { expiresAt: { lte: now } } });
}
