import { invitationOf, openInvitationTo } from "@/lib/auth/invitations.queries";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { admitNewcomer, isUniqueViolation, maySignUp } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import type { ProviderIdentity } from "@/lib/auth/providers/identity";
import { lockMember, refuseLastWay } from "@/lib/auth/ways-in.store";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { queueMail } from "@/lib/mail/mails.store";
import { addMember } from "@/lib/organizations/team.store";

/** The most linked log-ins of a member. */
const LINKED_MAX = 20;

/** Why a provider's user is refused; faults.ts has the messages. */
export type ProviderRefusal = "unverified" | "unconfirmed" | "closed" | "taken" | "full" | "busy";

/** A provider's user, logged in as `member`. `path`: where to send a newcomer first; null for everybody else. */
export type ProviderLogIn = { member: VerifiedMember; path: string | null };

const FIELDS = { id: true, email: true, name: true, sessionVersion: true } as const;
const keyOf = ({ provider, subject }: ProviderIdentity) => ({ issuer_subject: { issuer: provider.issuer, subject } });

/**
 * The member as whom a provider's user logs in: the linked one, else the one with their address, else a new one. An
 * address counts only if the provider verified it, and an account only if its address was verified here too: otherwise
 * whoever signed up first with somebody else's address would share the account. `invitation`: the token of the
 * invitation that a newcomer accepts. `address`: the browser's.
 */
export async function logInThroughProvider(
  identity: ProviderIdentity,
  from: { invitation: string | null; address: string | null },
  now: Date,
): Promise<ProviderLogIn | ProviderRefusal> {
  const linked = await prisma().linkedLogIn.findUnique({
    where: keyOf(identity),
    select: { member: { select: FIELDS } },
  });
  if (linked) {
    await prisma().linkedLogIn.update({ where: keyOf(identity), data: { lastUsedOn: now } });
    return { member: linked.member, path: null };
  }
  const { email, isVerified } = identity;
  if (email === null || !isVerified) return "unverified";
  const select = { ...FIELDS, emailVerifiedAt: true };
  const owner = await prisma().member.findUnique({ where: { email }, select });
  if (!owner) return createNewcomer({ ...identity, email }, from, now);
  if (owner.emailVerifiedAt === null) return "unconfirmed";
  const refused = await linkProvider(owner.id, identity, now);
  if (refused) return refused;
  const { id, name, sessionVersion } = owner;
  return { member: { id, email, name, sessionVersion }, path: null };
}

type Newcomer = ProviderIdentity & { email: string };

/** Creates a member of the organization that invited them, else of none until they create their first project. */
async function createNewcomer(
  identity: Newcomer,
  { invitation: token, address }: { invitation: string | null; address: string | null },
  now: Date,
): Promise<ProviderLogIn | ProviderRefusal> {
  const { email, name } = identity;
  const opened = token === null ? null : await invitationOf(token, now);
  const invitation = opened && (opened.email === null || opened.email === email) ? opened : null;
  const waiting = invitation ? null : await openInvitationTo(email, now);
  if (!invitation && waiting === null && !(await maySignUp())) return "closed";
  if (!(await admitNewcomer(address, now))) return "busy";
  try {
    return await prisma().$transaction(async (tx) => {
      const data = { id: newId(), email, name, emailVerifiedAt: now };
      const member = await tx.member.create({ data, select: FIELDS });
      await insertLink(tx, member.id, identity, now);
      if (!invitation) return { member, path: waiting === null ? "/" : `/invite/${tokenOf("invitation", waiting)}` };
      const { count } = await tx.invitation.deleteMany({ where: { id: invitation.id } });
      if (count > 0) await addMember(tx, invitation.organizationId, member.id, invitation.role);
      return { member, path: "/" };
    });
  } catch (error) {
    // Somebody signed up with the address, or the same person in another window, since it was looked up.
    if (isUniqueViolation(error)) return "taken";
    throw error;
  }
}

const insertLink = (tx: ControlTx, memberId: string, { provider, subject, email }: ProviderIdentity, now: Date) =>
  tx.linkedLogIn.create({
    data: {
      issuer: provider.issuer,
      subject,
      memberId,
      provider: provider.id,
      email: email ?? "",
      createdAt: now,
      lastUsedOn: now,
    },
  });

/**
 * Links a provider's user to the member, who is notified by mail. Verifies the member's address if both have the same.
 * Returns null if linked, also if that was before.
 */
export async function linkProvider(
  memberId: string,
  identity: ProviderIdentity,
  now: Date,
): Promise<ProviderRefusal | null> {
  const { provider, email, isVerified } = identity;
  const add = prisma().$transaction(async (tx): Promise<ProviderRefusal | null> => {
    const member = await lockMember(tx, memberId);
    const existing = await tx.linkedLogIn.findUnique({ where: keyOf(identity), select: { memberId: true } });
    if (existing) return existing.memberId === memberId ? null : "taken";
    if ((await tx.linkedLogIn.count({ where: { memberId } })) >= LINKED_MAX) return "full";
    await insertLink(tx, memberId, identity, now);
    if (isVerified && email === member.email && member.emailVerifiedAt === null)
      await tx.member.update({ where: { id: memberId }, data: { emailVerifiedAt: now } });
    await queueMail(tx, { to: member.email, kind: "wayInAdded", data: { name: member.name, way: provider.name } }, now);
    return null;
  });
  return add.catch((error: unknown) => {
    if (isUniqueViolation(error)) return "taken";
    throw error;
  });
}

/**
 * Removes a linked log-in, and ends the log-ins begun through its provider, except `exceptLogIn`. Throws `conflict` if
 * it is the member's only way to log in.
 */
export async function unlinkProvider(
  memberId: string,
  key: { issuer: string; subject: string },
  exceptLogIn: string | null,
  now: Date,
): Promise<void> {
  await prisma().$transaction(async (tx) => {
    const member = await lockMember(tx, memberId);
    const found = await tx.linkedLogIn.findFirst({ where: { ...key, memberId }, select: { provider: true } });
    if (!found) return;
    await tx.linkedLogIn.deleteMany({ where: { ...key, memberId } });
    await refuseLastWay(tx, memberId);
    const others = exceptLogIn === null ? {} : { id: { not: exceptLogIn } };
    await tx.logIn.deleteMany({ where: { memberId, method: found.provider, ...others } });
    const way = nameOf(found.provider);
    await queueMail(tx, { to: member.email, kind: "wayInRemoved", data: { name: member.name, way } }, now);
  });
}

const nameOf = (provider: string): string =>
  provider === "github" ? "GitHub" : provider === "google" ? "Google" : "single sign-on";
