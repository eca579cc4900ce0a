import "server-only";
import { randomBytes } from "node:crypto";
import { cookies, headers } from "next/headers";
import { z } from "zod";
import { makeTicket, readTicket } from "@/lib/auth/ticket";
import { config } from "@/lib/config";
import { isSecure, requestOrigin } from "@/lib/http/forwarded";

/** How long the browser may take, in ms. */
export const CHALLENGE_MS = 5 * 60_000;

const cookieName = (secure: boolean): string => `${secure ? "__Host-" : ""}throughline-passkey`;
const schema = z.object({ challenge: z.string(), subject: z.string() });

/** The site as authenticators know it: passkeys work for this host name only. */
export async function relyingParty(): Promise<{ origin: string; id: string }> {
  const { origin, hostname } = new URL(requestOrigin(await headers()));
  return { origin, id: hostname };
}

/**
 * A new challenge, kept in a signed cookie of this browser. `subject`: what it is valid for, "log in" or adding a
 * passkey in one log-in.
 */
export async function newChallenge(subject: string): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  const ticket = makeTicket(config().AUTH_SECRET, "passkey", { challenge, subject }, Date.now() + CHALLENGE_MS);
  await setCookie(ticket, CHALLENGE_MS / 1000);
  return challenge;
}

/** Takes this browser's challenge for the subject, so that it is used only once; null if there is none. */
export async function takeChallenge(subject: string): Promise<string | null> {
  const stored = (await cookies()).get(cookieName(isSecure(await headers())))?.value;
  const read = schema.safeParse(readTicket(config().AUTH_SECRET, "passkey", stored, Date.now()));
  await setCookie("", 0);
  return read.success && read.data.subject === subject ? read.data.challenge : null;
}

async function setCookie(value: string, maxAge: number): Promise<void> {
  const secure = isSecure(await headers());
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure, maxAge } as const;
  (await cookies()).set(cookieName(secure), value, options);
}
