import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { forgetTwoFactor } from "@/lib/auth/log-ins.store";
import type { Member, VerifiedMember } from "@/lib/auth/members.queries";
import { lockMember, refuseLastWay } from "@/lib/auth/ways-in.store";
import { type ControlTx, prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { queueMail } from "@/lib/mail/mails.store";
import { parseInput } from "@/lib/validate";

/** `origin` and host name of the site (lib/auth/passkeys/challenge.ts). */
export type RelyingParty = { origin: string; id: string };

/** The most passkeys of a member. */
const PASSKEYS_MAX = 20;
/** How long an answered challenge is remembered, in ms; longer than it is valid. */
const SPENT_MS = 15 * 60_000;
/** Characters of a browser's answer; real ones have about a thousand. */
const ANSWER_MAX_LENGTH = 16_000;

/** A credential's id: base64url of at most 1,023 bytes. */
const ID = /^[\w-]{1,1364}$/;

const nameSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, "Give the passkey a name that you will recognise.")
    .max(60, "A name has at most 60 characters."),
});

/**
 * The options for creating a passkey. It must be discoverable and verify its owner, so that it replaces both factors.
 */
export async function registrationOptions(
  member: Member,
  party: RelyingParty,
  challenge: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const existing = await prisma().passkey.findMany({ where: { memberId: member.id }, select: { id: true } });
  if (existing.length >= PASSKEYS_MAX)
    throw new AppError("conflict", `You have ${PASSKEYS_MAX} passkeys. Remove one first.`);
  return generateRegistrationOptions({
    rpName: "Throughline",
    rpID: party.id,
    userID: Uint8Array.from(Buffer.from(member.id)),
    userName: member.email,
    userDisplayName: member.name,
    challenge: Uint8Array.from(Buffer.from(challenge, "base64url")),
    attestationType: "none",
    excludeCredentials: existing,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/**
 * Adds the passkey in the browser's response, and notifies the member by mail. Throws `unprocessable` and `conflict`.
 */
export async function addPasskey(
  memberId: string,
  given: { name: string; answer: string; challenge: string; party: RelyingParty },
  now: Date,
): Promise<void> {
  const { name } = parseInput(nameSchema, { name: given.name });
  const { credential } = await verifyRegistration(given);
  const counter = BigInt(credential.counter);
  await prisma().$transaction(async (tx) => {
    await spend(tx, given.challenge, now);
    const member = await lockMember(tx, memberId);
    if ((await tx.passkey.count({ where: { memberId } })) >= PASSKEYS_MAX)
      throw new AppError("conflict", `You have ${PASSKEYS_MAX} passkeys. Remove one first.`);
    if ((await tx.passkey.count({ where: { id: credential.id } })) > 0)
      throw new AppError("conflict", "This passkey was added already.");
    const { id, publicKey, transports = [] } = credential;
    await tx.passkey.create({
      data: { id, memberId, name, publicKey: Uint8Array.from(publicKey), counter, transports, createdAt: now },
    });
    const data = { name: member.name, way: `the passkey ${name}` };
    await queueMail(tx, { to: member.email, kind: "wayInAdded", data }, now);
  });
}

async function verifyRegistration({
  answer,
  challenge,
  party,
}: {
  answer: string;
  challenge: string;
  party: RelyingParty;
}) {
  const verified = await verifyRegistrationResponse({
    response: parseAnswer(answer) as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch(() => null);
  if (!verified?.verified)
    throw new AppError("unprocessable", "The browser's answer could not be used. Try to add the passkey again.");
  return verified.registrationInfo;
}

/** The options for logging in with any passkey of this site; the passkey itself names its owner. */
export const authenticationOptions = (
  party: RelyingParty,
  challenge: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> =>
  generateAuthenticationOptions({
    rpID: party.id,
    challenge: Uint8Array.from(Buffer.from(challenge, "base64url")),
    userVerification: "required",
  });

/** The member whose passkey answered; null for an unknown one, a wrong answer, or a challenge answered before. */
export async function memberOfPasskey(
  { answer, challenge, party }: { answer: string; challenge: string; party: RelyingParty },
  now: Date,
): Promise<VerifiedMember | null> {
  const response = parseAnswer(answer) as AuthenticationResponseJSON | null;
  const id: unknown = response?.id;
  if (response === null || typeof id !== "string" || !ID.test(id)) return null;
  const passkey = await prisma().passkey.findUnique({
    where: { id },
    select: {
      publicKey: true,
      counter: true,
      member: { select: { id: true, email: true, name: true, sessionVersion: true } },
    },
  });
  if (!passkey) return null;
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    credential: { id, publicKey: Uint8Array.from(passkey.publicKey), counter: Number(passkey.counter) },
    requireUserVerification: true,
  }).catch(() => null);
  if (!verified?.verified) return null;
  const counter = BigInt(verified.authenticationInfo.newCounter);
  const used = prisma().$transaction(async (tx) => {
    await spend(tx, challenge, now);
    await tx.passkey.updateMany({ where: { id }, data: { counter, lastUsedOn: now } });
  });
  return used.then(
    () => passkey.member,
    (error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    },
  );
}

/**
 * Removes a passkey and ends the log-ins begun with any, except `exceptLogIn`. Throws `conflict` if it is the member's
 * only way to log in.
 */
export async function removePasskey(
  memberId: string,
  id: string,
  exceptLogIn: string | null,
  now: Date,
): Promise<void> {
  await prisma().$transaction(async (tx) => {
    const member = await lockMember(tx, memberId);
    const found = await tx.passkey.findFirst({ where: { id, memberId }, select: { name: true } });
    if (!found) return;
    await tx.passkey.deleteMany({ where: { id, memberId } });
    await refuseLastWay(tx, memberId);
    const others = exceptLogIn === null ? {} : { id: { not: exceptLogIn } };
    await tx.logIn.deleteMany({ where: { memberId, method: "passkey", ...others } });
    await forgetTwoFactor(tx, memberId);
    const data = { name: member.name, way: `the passkey ${found.name}` };
    await queueMail(tx, { to: member.email, kind: "wayInRemoved", data }, now);
  });
}

/**
 * Uses a challenge up; throws `conflict` the second time. Only genuine answers get here, so nobody can fill the table.
 */
async function spend(tx: ControlTx, challenge: string, now: Date): Promise<void> {
  const expiresAt = new Date(now.getTime() + SPENT_MS);
  const { count } = await tx.spentChallenge.createMany({ data: [{ challenge, expiresAt }], skipDuplicates: true });
  if (count === 0) throw new AppError("conflict", "This passkey was already used for this request. Try again.");
}

/** Deletes challenges that are no longer valid anyway. spent_challenges_expires_idx. */
export async function deleteSpentChallenges(now: Date): Promise<void> {
  await prisma().spentChallenge.deleteMany({ where: { expiresAt: { lte: now } } });
}

/** A browser's answer as JSON; the library checks every field of it. */
function parseAnswer(answer: string): unknown {
  if (answer.length > ANSWER_MAX_LENGTH) return null;
  try {
    return JSON.parse(answer);
  } catch {
    return null;
  }
}
