import { knownDevice } from "@/lib/auth/known-device";
import type { Member, VerifiedMember } from "@/lib/auth/members.queries";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { refuseWeakPassword } from "@/lib/auth/password-strength";
import { requestReset } from "@/lib/auth/reset.store";
import { canonicalEmail, newPasswordSchema, type SignUpInput, signUpSchema } from "@/lib/auth/schemas";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { redeemCode, wrongCodeError } from "@/lib/auth/second-factor.store";
import type { Tally } from "@/lib/auth/throttle";
import { shareCounts, throttles, withSharedCounts } from "@/lib/auth/throttles";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { networkName } from "@/lib/http/network";
import { newId } from "@/lib/ids";
import { insertOrganization, organizationNameAfter } from "@/lib/organizations/organizations.store";
import { type CreatedProject, insertProject } from "@/lib/projects/projects.store";
import { parseInput } from "@/lib/validate";

export type SignedUp = CreatedProject & { memberId: string };

/**
 * Creates a member with an organization they own and its first project, all or nothing. Throws `unprocessable` naming
 * the field (password: at least 12 characters and not easily guessed) and `conflict` on `email` if the address is
 * taken.
 */
export async function signUp(input: SignUpInput): Promise<SignedUp> {
  const { email, password, name, projectName, domain, recognition } = parseInput(signUpSchema, input);
  const project = { name: projectName, domain, recognition };
  await refuseWeakPassword(password, [email, name, projectName, domain]);
  const passwordHash = await hashPassword(password); // before the transaction: it takes tens of milliseconds
  try {
    return await prisma().$transaction(async (tx) => {
      const member = await tx.member.create({ data: { id: newId(), email, name, passwordHash } });
      const organizationId = await insertOrganization(tx, organizationNameAfter(name), member.id);
      return { memberId: member.id, ...(await insertProject(tx, organizationId, project)) };
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

/** The member with this e-mail and password, or null; both take the same time. Not throttled, unlike `logIn`. */
export async function verifyCredentials(email: string, password: string): Promise<VerifiedMember | null> {
  const member = await prisma().member.findUnique({ where: { email: canonicalEmail(email) } });
  const matches = await verifyPassword(member?.passwordHash ?? null, password);
  if (!member || !matches) return null;
  return { id: member.id, email: member.email, name: member.name, sessionVersion: member.sessionVersion };
}

/**
 * A puzzle that the sender's browser has to solve (lib/auth/puzzle.ts), to send the same request again with
 * "puzzle:answer" as `proof`.
 */
export type Puzzle = { puzzle: string };

/** The sender of a form. `address` null: unknown. */
export type Attempt = { address: string | null; proof: string };

/** `signUp` for the form, throttled. Also throws as admitSignUp. */
export async function signUpFrom(attempt: Attempt, input: SignUpInput, now: Date): Promise<SignedUp | Puzzle> {
  return (await admitSignUp(attempt, input, now)) ?? signUp(input);
}

/**
 * Counts a sign-up before the address is looked up (lib/auth/throttle.ts); returns a puzzle to solve first, or null.
 * Throws `unprocessable` from the input alone, `forbidden` if sign-up is closed, and `rate_limited`.
 */
export async function admitSignUp(attempt: Attempt, input: SignUpInput, now: Date): Promise<Puzzle | null> {
  parseInput(signUpSchema, input); // a typo is not counted
  if (!(await maySignUp())) throw new AppError("forbidden", "Only people who were invited can create an account here.");
  const { signUp: throttle } = throttles();
  const at = now.getTime();
  const admission = await withSharedCounts(throttle.counted(attempt.address), at, () =>
    throttle.admit(attempt.address, attempt.proof, at),
  );
  return "puzzle" in admission ? admission : null;
}

/** Whether nobody has an account yet: the first to sign up is the operator, who needs no confirmation. */
export const isFirstMember = async (): Promise<boolean> =>
  (await prisma().member.findFirst({ select: { id: true } })) === null;

/** Counts somebody new who comes from a provider as a sign-up; false if there are too many at the moment. */
export async function admitNewcomer(address: string | null, now: Date): Promise<boolean> {
  const { signUp: throttle } = throttles();
  const at = now.getTime();
  try {
    return !(
      "puzzle" in (await withSharedCounts(throttle.counted(address), at, () => throttle.admit(address, "", at)))
    );
  } catch (error) {
    if (error instanceof AppError && error.code === "rate_limited") return false;
    throw error;
  }
}

/** Whether somebody may sign up without an invitation: always the very first, whom nobody could invite. */
export async function maySignUp(): Promise<boolean> {
  return config().SIGN_UP === "open" || (await isFirstMember());
}

/** `requestReset` for the form, throttled. Also throws `rate_limited`. */
export async function requestResetFrom(attempt: Attempt, email: string, now: Date): Promise<Puzzle | null> {
  const { reset: throttle } = throttles();
  const at = now.getTime();
  const admission = await withSharedCounts(throttle.counted(attempt.address), at, () =>
    throttle.admit(attempt.address, attempt.proof, at),
  );
  if ("puzzle" in admission) return admission;
  await requestReset(email, now);
  return null;
}

/** Counts a logged-in member's attempt at their own password before it is checked. Throws `rate_limited`. */
export async function countOwnAttempt({ id }: { id: string }, now: Date): Promise<void> {
  const at = now.getTime();
  const { own } = throttles();
  await withSharedCounts([[own, id]], at, () => {
    if (own.bits(id, at) > 0)
      throw new AppError("rate_limited", "Too many attempts within an hour. Try again later.", {
        retryAfterSeconds: 600,
      });
    own.add(id, at);
  });
}

/** Counts a start of a log-in through a provider. Throws `rate_limited`. */
export const admitProviderLogIn = (address: string | null, now: Date): Promise<void> =>
  admitNetwork(throttles().leave, address, "Too many log-ins were started from your network.", now);

/** Counts an attempt to accept an invitation, before its link is checked. Throws `rate_limited`. */
export const admitAcceptance = (address: string | null, now: Date): Promise<void> =>
  admitNetwork(throttles().accept, address, "Too many invitations were accepted from your network.", now);

/** Counts a strength check of a new password as it is typed. Throws `rate_limited`. */
export const admitStrengthCheck = (address: string | null, now: Date): Promise<void> =>
  admitNetwork(throttles().judge, address, "Too many passwords were tried from your network.", now);

async function admitNetwork(tally: Tally, address: string | null, why: string, now: Date): Promise<void> {
  const [at, network] = [now.getTime(), networkName(address)];
  await withSharedCounts([[tally, network]], at, () => {
    if (tally.bits(network, at) > 0)
      throw new AppError("rate_limited", `${why} Try again in a few minutes.`, { retryAfterSeconds: 60 });
    tally.add(network, at);
  });
}

export type LogInAttempt = Attempt & {
  email: string;
  password: string;
  /** The content of the browser's device cookie. */
  deviceCookie: string | undefined;
  /** The second factor's code; "" if the form did not ask for one. */
  code: string;
};

/**
 * `verifyCredentials` for the log-in form, throttled (lib/auth/throttle.ts): the right password always gets in, at once
 * on a device with which its owner has logged in before, otherwise after at most one puzzle. Returns null for a wrong
 * e-mail or password, and "code" if the member also has to enter the code of their second factor; a wrong code throws
 * `unprocessable` on `code` and counts as a failed attempt.
 */
export async function logIn(attempt: LogInAttempt, now: Date): Promise<VerifiedMember | Puzzle | "code" | null> {
  const email = canonicalEmail(attempt.email);
  const device = knownDevice(config().AUTH_SECRET, attempt.deviceCookie, email);
  const { address, proof } = attempt;
  const throttled = { email, address, device, proof };
  const { logIn: throttle } = throttles();
  const admission = await withSharedCounts(throttle.counted(throttled), now.getTime(), () =>
    throttle.admit(throttled, now.getTime()),
  );
  if ("puzzle" in admission) return admission;
  const succeed = async () => {
    admission.succeed();
    await shareCounts(throttle.counted(throttled));
  };
  const member = await verifyCredentials(email, attempt.password);
  if (!member) return null;
  if (await hasSecondFactor(member.id)) {
    if (attempt.code === "") {
      await succeed();
      return "code";
    }
    await checkCode(member, attempt.code, now);
  }
  await succeed();
  return member;
}

/**
 * Checks a code of the second factor, with at most OWN_TRIES wrong ones an hour. Throws `unprocessable` and
 * `rate_limited`.
 */
export async function checkCode(member: Member, code: string, now: Date): Promise<void> {
  const key = { ...member, id: `code ${member.id}` };
  await countOwnAttempt(key, now);
  if (!(await redeemCode(member.id, code, now))) throw wrongCodeError();
  const { own } = throttles();
  own.add(key.id, now.getTime(), -1);
  await shareCounts([[own, key.id]]);
}

/**
 * Sets a new password for the member, which ends all their log-ins. Throws `unprocessable` on `password`, `not_found`
 * for an unknown address.
 */
export async function setPassword(ofEmail: string, password: string): Promise<void> {
  const { email } = parseInput(newPasswordSchema, { email: ofEmail, password });
  const where = { email };
  const member = await prisma().member.findUnique({ where, select: { id: true, name: true } });
  if (!member) throw new AppError("not_found", "Nobody has signed up with this e-mail address.");
  const ofMember = { where: { memberId: member.id } };
  await refuseWeakPassword(password, [email, member.name]);
  const passwordHash = await hashPassword(password);
  // The version ends the log-ins; their rows are no longer needed.
  const [{ count }] = await prisma().$transaction([
    prisma().member.updateMany({ where, data: { passwordHash, sessionVersion: { increment: 1 } } }),
    prisma().logIn.deleteMany(ofMember),
    prisma().oneTimeLink.deleteMany(ofMember),
  ]);
  if (count === 0) throw new AppError("not_found", "Nobody has signed up with this e-mail address.");
}

/** P2002 is Prisma's code for a unique violation; members_email_key is the only one a sign-up can hit. */
export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "P2002";
