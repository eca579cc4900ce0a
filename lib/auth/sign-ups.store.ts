import { z } from "zod";
import { invitationOf, mayInviterGrantRole } from "@/lib/auth/invitations.queries";
import { INVITATION_IS_OVER } from "@/lib/auth/invitations.store";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { countOwnAttempt, isUniqueViolation } from "@/lib/auth/members.store";
import { idOfToken } from "@/lib/auth/one-time-links";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { refuseWeakPassword } from "@/lib/auth/password-strength";
import { emailSchema, memberNameSchema, passwordSchema } from "@/lib/auth/schemas";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { lockRecipient, queueMail } from "@/lib/mail/mails.store";
import { insertOrganization, organizationNameAfter } from "@/lib/organizations/organizations.store";
import { addMember } from "@/lib/organizations/team.store";
import type { Role } from "@/lib/permissions";
import { insertProject } from "@/lib/projects/projects.store";
import { domainSchema, nameSchema, type Recognition, recognitionSchema } from "@/lib/projects/schemas";
import { parseInput } from "@/lib/validate";

/** How long the link in the mail is valid, in ms. */
const LIFE_MS = 3 * 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
/** After confirming, the link keeps working for this long, for a second click on the same form. */
const SECOND_CLICK_MS = 10 * 60_000;
/** The most mails to an address within an hour, so that no form can flood an inbox. */
const MAILS_PER_HOUR = 3;

const LINK_IS_OVER = "This link was used already or has expired. Sign up again.";

const schema = z.object({ email: emailSchema, name: memberNameSchema, password: passwordSchema });
const projectSchema = z.object({
  projectName: nameSchema("the project"),
  domain: domainSchema.default(null),
  recognition: recognitionSchema.default("device"),
});
const NO_PROJECT = { projectName: null, domain: null, recognition: "device" } as const;

/** What somebody signs up with. `projectName` null: they accept an invitation, and the project's fields are ignored. */
export type SignUpRequest = {
  email: string;
  name: string;
  password: string;
  projectName: string | null;
  domain?: string | null;
  recognition?: Recognition;
  invitationId: string | null;
};

/**
 * Signs somebody up by mail. Stores and queues the same for every address; only its owner learns, from the mail,
 * whether it has an account. Throws `unprocessable` on a field, from the input alone.
 */
export async function requestSignUp(request: SignUpRequest, now: Date): Promise<void> {
  const { email, name, password } = parseInput(schema, request);
  const project = request.projectName === null ? NO_PROJECT : parseInput(projectSchema, request);
  await refuseWeakPassword(password, [email, name, project.projectName, project.domain]);
  const passwordHash = await hashPassword(password);
  await prisma().$transaction(async (tx) => {
    await lockRecipient(tx, email);
    const since = new Date(now.getTime() - HOUR_MS);
    if ((await tx.signUp.count({ where: { email, createdAt: { gt: since } } })) >= MAILS_PER_HOUR) return;
    const id = newId();
    const expiresAt = new Date(now.getTime() + LIFE_MS);
    const { invitationId } = request;
    await tx.signUp.create({
      data: { id, email, name, passwordHash, ...project, invitationId, createdAt: now, expiresAt },
    });
    const owner = await tx.member.findUnique({ where: { email }, select: { name: true } });
    if (owner) await queueMail(tx, { to: email, kind: "alreadyMember", data: { name: owner.name } }, now);
    else await queueMail(tx, { to: email, kind: "signUp", data: { name, signUpId: id } }, now);
  });
}

/** The sign-up of a link; null if it was used or has expired, or the link is not genuine. */
export async function findSignUp(token: string, now: Date): Promise<{ id: string; email: string } | null> {
  const id = idOfToken("sign up", token);
  if (id === null) return null;
  return prisma().signUp.findFirst({ where: { id, expiresAt: { gt: now } }, select: { id: true, email: true } });
}

type Confirmed = { member: VerifiedMember; projectId: string | null };

/**
 * Creates the account of a sign-up's link, with a confirmed address, and its project or membership. `password` must be
 * that of the sign-up: somebody else may have signed up with this address, and would own the account. `projectId` null:
 * they were invited. A double click creates one account. Throws `unprocessable` for another password, `rate_limited`
 * after too many, and `not_found` for a used or expired link, or if the address got an account, or the invitation
 * ended, meanwhile.
 */
export async function confirmSignUp(token: string, password: string, now: Date): Promise<Confirmed> {
  const id = idOfToken("sign up", token);
  if (id === null) throw new AppError("not_found", LINK_IS_OVER);
  await countOwnAttempt({ id }, now);
  try {
    const found = await findSignUp(token, now);
    if (!found) throw new AppError("not_found", LINK_IS_OVER);
    await requirePasswordOf(id, password);
    return await prisma().$transaction((tx) => createConfirmed(tx, found, now));
  } catch (error) {
    const isOver = (error instanceof AppError && error.code === "not_found") || isUniqueViolation(error);
    const confirmed = isOver ? await confirmedBefore(id, password, now) : null;
    if (confirmed) return confirmed;
    throw isUniqueViolation(error) ? new AppError("not_found", LINK_IS_OVER, { cause: error }) : error;
  }
}

async function createConfirmed(tx: ControlTx, found: { id: string; email: string }, now: Date): Promise<Confirmed> {
  const row = await tx.signUp.findUnique({ where: { id: found.id } });
  // Also deletes the other sign-ups of the address, now that one has become the account.
  const { count } = await tx.signUp.deleteMany({ where: { email: found.email } });
  if (!row || count === 0) throw new AppError("not_found", LINK_IS_OVER);
  const { id, email, name, passwordHash, projectName, domain, invitationId } = row;
  if ((await tx.member.count({ where: { email } })) > 0) throw new AppError("not_found", LINK_IS_OVER);
  const created = await tx.member.create({ data: { id, email, name, passwordHash, emailVerifiedAt: now } });
  const member = { id, email, name, sessionVersion: created.sessionVersion };
  if (invitationId === null) {
    const organizationId = await insertOrganization(tx, organizationNameAfter(name), member.id);
    const project = { name: projectName ?? name, domain, recognition: row.recognition as Recognition };
    return { member, projectId: (await insertProject(tx, organizationId, project)).projectId };
  }
  const invitation = await tx.invitation.findFirst({
    where: { id: invitationId, expiresAt: { gt: now }, organization: { eraseAt: null } },
  });
  if (!invitation || !(await mayInviterGrantRole(invitation)))
    throw new AppError("not_found", "The invitation was used or withdrawn meanwhile. Ask for another.");
  await tx.invitation.deleteMany({ where: { id: invitation.id } });
  await addMember(tx, invitation.organizationId, member.id, invitation.role as Role);
  return { member, projectId: null };
}

/** The account that a concurrent click has just created from the sign-up: it has the sign-up's id. */
async function confirmedBefore(id: string, password: string, now: Date): Promise<Confirmed | null> {
  const found = await prisma().member.findUnique({
    where: { id, createdAt: { gt: new Date(now.getTime() - SECOND_CLICK_MS) } },
    include: { memberships: { include: { organization: { include: { projects: { take: 1 } } } } } },
  });
  if (!found || !(await verifyPassword(found.passwordHash, password)) || (await hasSecondFactor(id))) return null;
  const { email, name, sessionVersion } = found;
  const owned = found.memberships.find(({ role }) => role === "owner")?.organization.projects[0];
  return { member: { id, email, name, sessionVersion }, projectId: owned?.id ?? null };
}

async function requirePasswordOf(id: string, password: string): Promise<void> {
  const row = await prisma().signUp.findUnique({ where: { id }, select: { passwordHash: true } });
  if (!row) throw new AppError("not_found", LINK_IS_OVER);
  if (await verifyPassword(row.passwordHash, password)) return;
  throw new AppError("unprocessable", "This is not the password of this sign-up. If it was not you, sign up again.", {
    field: "password",
  });
}

/** Like requestSignUp, for the holder of an invitation link that anybody may use. Throws `not_found`. */
export async function requestToJoin(
  token: string,
  input: Pick<SignUpRequest, "email" | "name" | "password">,
  now: Date,
): Promise<void> {
  const invitation = await invitationOf(token, now);
  if (!invitation) throw new AppError("not_found", INVITATION_IS_OVER);
  await requestSignUp({ ...input, projectName: null, invitationId: invitation.id }, now);
}

/** Deletes sign-ups whose link has expired. sign_ups_expires_idx. */
export async function deleteExpiredSignUps(now: Date): Promise<void> {
  await prisma().signUp.deleteMany({ where: { expiresAt: { lte: now } } });
}
