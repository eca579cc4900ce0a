import "server-only";
import { cookies, headers } from "next/headers";
import { z } from "zod";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { checkCode } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { makeTicket, readTicket } from "@/lib/auth/ticket";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { isSecure } from "@/lib/http/forwarded";

/** How long the code may take, in ms. */
const LIFE_MS = 10 * 60_000;
const PURPOSE = "code step";

const admittedSchema = z.object({
  member: z.object({ id: z.uuid(), email: z.string(), name: z.string(), sessionVersion: z.number().int() }),
  method: z.enum(["oidc", "github", "google"]),
  next: z.string(),
});

/** Somebody who logged in through a provider and still has to enter the code of their second factor. */
export type Admitted = { member: VerifiedMember; method: "oidc" | "github" | "google"; next: string };

const cookieName = (secure: boolean): string => `${secure ? "__Host-" : ""}throughline-code-step`;

/** Remembers them in a signed cookie while they enter the code; returns the path of the page that asks for it. */
export async function awaitCode(admitted: Admitted): Promise<string> {
  const secure = isSecure(await headers());
  const ticket = makeTicket(config().AUTH_SECRET, PURPOSE, admitted, Date.now() + LIFE_MS);
  (await cookies()).set(cookieName(secure), ticket, {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure,
    maxAge: LIFE_MS / 1000,
  });
  return "/login/code";
}

/** Who still has to enter a code in this browser; null for nobody. */
export async function awaitedCode(): Promise<Admitted | null> {
  const [jar, secure] = [await cookies(), isSecure(await headers())];
  const ticket = readTicket(config().AUTH_SECRET, PURPOSE, jar.get(cookieName(secure))?.value, Date.now());
  const read = admittedSchema.safeParse(ticket);
  return read.success ? read.data : null;
}

/** Logs them in with the code; returns where they were going. Throws `unauthorized`, and as checkCode. */
export async function finishCodeStep(code: string, device: string): Promise<string> {
  const admitted = await awaitedCode();
  if (!admitted) throw new AppError("unauthorized", "This took too long. Log in again.");
  await checkCode(admitted.member, code, new Date());
  await startSession(admitted.member, device, admitted.method);
  const secure = isSecure(await headers());
  const attributes = { httpOnly: true, sameSite: "lax", path: "/", secure } as const;
  (await cookies()).set(cookieName(secure), "", { ...attributes, maxAge: 0 });
  return admitted.next;
}
