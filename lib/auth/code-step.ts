import "server-only";
import { z } from "zod";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { checkCode } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { stepCookie } from "@/lib/auth/step-cookie";
import { AppError } from "@/lib/errors";

/** How long somebody may take to enter the code, in ms. */
const LIFE_MS = 10 * 60_000;

const pendingSchema = z.object({
  member: z.object({ id: z.uuid(), email: z.string(), name: z.string(), sessionVersion: z.number().int() }),
  method: z.enum(["oidc", "github", "google"]),
  next: z.string(),
});

/** Somebody who logged in through a provider and still has to enter the code of their second factor. */
export type PendingLogIn = { member: VerifiedMember; method: "oidc" | "github" | "google"; next: string };

const step = stepCookie<PendingLogIn>("code step", pendingSchema, LIFE_MS);

/** Stores the pending log-in in a signed cookie; returns the path of the page that asks for the code. */
export async function beginCodeStep(pending: PendingLogIn): Promise<string> {
  await step.keep(pending);
  return "/login/code";
}

/** The log-in of this browser that waits for a code; null if none does. */
export const pendingLogIn = (): Promise<PendingLogIn | null> => step.read();

/**
 * Completes the pending log-in with a code; returns the path to continue at. Throws `unauthorized`, and as checkCode.
 */
export async function finishCodeStep(code: string, device: string): Promise<string> {
  const pending = await pendingLogIn();
  if (!pending) throw new AppError("unauthorized", "This took too long. Log in again.");
  await checkCode(pending.member, code, new Date());
  await startSession(pending.member, device, pending.method);
  await step.clear();
  return pending.next;
}
