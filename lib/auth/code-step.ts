import "server-only";
import { z } from "zod";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { checkCode } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { stepCookie } from "@/lib/auth/step-cookie";
import { AppError } from "@/lib/errors";

/** How long the code may take, in ms. */
const LIFE_MS = 10 * 60_000;

const admittedSchema = z.object({
  member: z.object({ id: z.uuid(), email: z.string(), name: z.string(), sessionVersion: z.number().int() }),
  method: z.enum(["oidc", "github", "google"]),
  next: z.string(),
});

/** Somebody who logged in through a provider and still has to enter the code of their second factor. */
export type Admitted = { member: VerifiedMember; method: "oidc" | "github" | "google"; next: string };

const step = stepCookie<Admitted>("code step", admittedSchema, LIFE_MS);

/** Remembers them while they enter the code; returns the path of the page that asks for it. */
export async function awaitCode(admitted: Admitted): Promise<string> {
  await step.keep(admitted);
  return "/login/code";
}

/** Who still has to enter a code in this browser; null for nobody. */
export const awaitedCode = (): Promise<Admitted | null> => step.read();

/** Logs them in with the code; returns where they were going. Throws `unauthorized`, and as checkCode. */
export async function finishCodeStep(code: string, device: string): Promise<string> {
  const admitted = await awaitedCode();
  if (!admitted) throw new AppError("unauthorized", "This took too long. Log in again.");
  await checkCode(admitted.member, code, new Date());
  await startSession(admitted.member, device, admitted.method);
  await step.clear();
  return admitted.next;
}
