import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import { findPerson, oldestUserId, unknownPerson } from "@/lib/identity/person.queries";
import { parseRef } from "@/lib/identity/person-ref";
import type { ProjectSettings } from "@/lib/projects/settings";
import type { Scope } from "@/lib/scope";
import { type EraseOptions, type EraseTarget, erase, finishErasure, type Receipt } from "./erase";

/** Up to this many events are deleted before the answer (about 200 ms); more are deleted in the background. */
const MAX_EVENTS_WAITED_FOR = 20_000;

/** A requested erasure: its receipt, and whether the rows are already deleted. */
export type Erasure = { receipt: Receipt; finished: boolean };

/**
 * Erases the person of `ref`: "u:<user id>", or "a:<anonymous id>" for the device's person or anonymous visitor.
 * Nothing of them is visible once this resolves. Throws not_found for an unknown ref.
 */
export async function eraseByRef(
  scope: Scope<"erase">,
  project: ProjectSettings,
  ref: string,
  options: { dryRun: boolean; suppress: boolean; now: number },
): Promise<Erasure> {
  return eraseTarget(project, await targetOf(scope, ref), { ...options, requestedBy: scope.actor });
}

/** Erases the person of a user id, for an SDK with the secret; does nothing for an unknown id. */
export async function eraseUser(
  project: ProjectSettings,
  userId: string,
  requestedBy: string,
  now: number,
): Promise<void> {
  const options = { dryRun: false, suppress: false, requestedBy, now };
  await eraseTarget(project, { kind: "u", extId: userId }, options).catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
  });
}

async function eraseTarget(project: ProjectSettings, target: EraseTarget, options: EraseOptions): Promise<Erasure> {
  const receipt = await erase(pool(), project, target, options);
  const { jobId } = receipt;
  if (jobId === null) return { receipt, finished: false };
  const deletion = finishErasure(pool(), project.id, jobId);
  if (receipt.events <= MAX_EVENTS_WAITED_FOR) {
    await deletion;
    return { receipt, finished: true };
  }
  // lib/jobs resumes after a crash or this failure.
  deletion.catch((error: unknown) => logFault("an erasure goes on within the hour", error));
  return { receipt, finished: false };
}

async function targetOf(scope: Scope, ref: string): Promise<EraseTarget> {
  const parsed = parseRef(ref);
  if (parsed === null) throw unknownPerson();
  if (parsed.kind === "u") return { kind: "u", extId: parsed.id };
  const person = await findPerson(scope, ref);
  if (person?.kind === "visitor") return { kind: "a", extId: parsed.id };
  const userId = person && (await oldestUserId(scope, person.profileId));
  if (!userId) throw unknownPerson();
  return { kind: "u", extId: userId };
}
