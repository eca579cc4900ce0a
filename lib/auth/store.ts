import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { refuseWeakPassword } from "@/lib/auth/password-strength";
import type { Member } from "@/lib/auth/queries";
import {
  countSignUp,
  type LoginLimits,
  newLoginLimits,
  newSignUpLimit,
  type SlidingWindow,
  startLogin,
} from "@/lib/auth/rate-limit";
import { canonicalEmail, newPasswordSchema, type SignUp, signUpSchema } from "@/lib/auth/rule";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { insertOrganization } from "@/lib/organizations/store";
import { type CreatedProject, insertProject } from "@/lib/projects/store";
import { valid } from "@/lib/validate";

export type SignedUp = CreatedProject & { memberId: string };

/**
 * A new member with an organization they own and its first project, all or nothing. Throws `unprocessable` naming
 * the field (password: at least 10 characters, and none that is guessed early) and `conflict` on `email` when the address is taken.
 */
export async function signUp(input: SignUp): Promise<SignedUp> {
  const { email, password, name, projectName, domain } = valid(signUpSchema, input);
  await refuseWeakPassword(password, [email, name, projectName, domain]);
  const passwordHash = await hashPassword(password); // before the transaction: it takes tens of milliseconds
  try {
    return await prisma().$transaction(async (tx) => {
      const member = await tx.member.create({ data: { id: newId(), email, name, passwordHash } });
      const organizationId = await insertOrganization(tx, `${name}'s organization`, member.id);
      return { memberId: member.id, ...(await insertProject(tx, organizationId, { name: projectName, domain })) };
    });
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new AppError("conflict", "Somebody has signed up with this e-mail address already. Log in instead.", {
        field: "email",
        cause: error,
      });
    }
    throw error;
  }
}

/** A member who proved to be it, with their session version at that moment: `beginLogIn` takes no other's word. */
export type VerifiedMember = Member & { sessionVersion: number };

/** The member whose e-mail and password these are, or null; both answers take the same time. No rate limit: see `logIn`. */
export async function verifyCredentials(email: string, password: string): Promise<VerifiedMember | null> {
  const member = await prisma().member.findUnique({ where: { email: canonicalEmail(email) } });
  const matches = await verifyPassword(member?.passwordHash ?? null, password);
  if (!member || !matches) return null;
  return { id: member.id, email: member.email, name: member.name, sessionVersion: member.sessionVersion };
}

const shared = globalThis as typeof globalThis & {
  throughlineLoginLimits?: LoginLimits;
  throughlineSignUpLimit?: SlidingWindow;
};

/** `signUp` for the form, counted per IP (countSignUp). Also throws `rate_limited`. */
export async function signUpFrom(ip: string | null, input: SignUp, now: Date): Promise<SignedUp> {
  shared.throughlineSignUpLimit ??= newSignUpLimit();
  countSignUp(shared.throughlineSignUpLimit, ip, now.getTime());
  return signUp(input);
}

/**
 * `verifyCredentials` for the log-in form, counted per e-mail and per IP (null: unknown, not counted). A success
 * clears the e-mail's failures. Throws `rate_limited` with the seconds to wait; null means wrong e-mail or password.
 */
export async function logIn(
  email: string,
  password: string,
  ip: string | null,
  now: Date,
): Promise<VerifiedMember | null> {
  // On globalThis, because Next holds a copy of this module for each of its bundles.
  shared.throughlineLoginLimits ??= newLoginLimits();
  const succeed = startLogin(shared.throughlineLoginLimits, canonicalEmail(email), ip, now.getTime());
  const member = await verifyCredentials(email, password);
  if (member) succeed();
  return member;
}

/** Gives the member another password, which ends all their log-ins. Throws `unprocessable` on `password`, `not_found` for an unknown address. */
export async function setPassword(ofEmail: string, password: string): Promise<void> {
  const { email } = valid(newPasswordSchema, { email: ofEmail, password });
  const where = { email };
  const member = await prisma().member.findUnique({ where, select: { name: true } });
  if (!member) throw new AppError("not_found", "Nobody has signed up with this e-mail address.");
  await refuseWeakPassword(password, [email, member.name]);
  const passwordHash = await hashPassword(password);
  // The version ends the log-ins; their rows go because they are of no more use.
  const [{ count }] = await prisma().$transaction([
    prisma().member.updateMany({ where, data: { passwordHash, sessionVersion: { increment: 1 } } }),
    prisma().logIn.deleteMany({ where: { member: where } }),
  ]);
  if (count === 0) throw new AppError("not_found", "Nobody has signed up with this e-mail address.");
}

/** P2002 is Prisma's code for a broken unique index; members_email_key is the only one a sign-up can meet. */
const isUniqueViolation = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "P2002";
