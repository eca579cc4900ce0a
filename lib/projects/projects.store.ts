import type { Prisma } from "@/lib/db/generated/client";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { hashSecret, isUuid, newId, newSecret } from "@/lib/ids";
import { homeOrganization } from "@/lib/organizations/organizations.queries";
import { insertOrganization, organizationNameAfter } from "@/lib/organizations/organizations.store";
import {
  type ClientMode,
  type NewClient,
  type NewProject,
  newClientSchema,
  newProjectSchema,
} from "@/lib/projects/schemas";
import { newKeys } from "@/lib/projects/secrets.store";
import type { Scope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";

/** A key pair as its creator sees it, once: only a hash of the secret is stored. */
export type ClientKeys = { clientId: string; clientSecret: string };
export type CreatedProject = { projectId: string; write: ClientKeys };

/**
 * Creates a project in the member's own organization, with a first write client for its snippet. `domain` may be a URL.
 * Throws `unprocessable` naming the field, or `forbidden` for members who may not create projects anywhere.
 */
export function createProject(memberId: string, input: NewProject): Promise<CreatedProject> {
  return prisma().$transaction(async (tx) => {
    const organizationId = (await homeOrganization(tx, memberId)) ?? (await newHome(tx, memberId));
    if (!organizationId) {
      throw new AppError("forbidden", "Only owners and admins of an organization can create projects in it.");
    }
    return insertProject(tx, organizationId, input);
  });
}

/** A new organization for a member without one, who left or deleted theirs; null for all others. */
async function newHome(tx: Prisma.TransactionClient, memberId: string): Promise<string | null> {
  const member = await tx.member.findUnique({
    where: { id: memberId },
    select: { name: true, memberships: { where: { organization: { eraseAt: null } }, select: { role: true } } },
  });
  return !member || member.memberships.length > 0
    ? null
    : insertOrganization(tx, organizationNameAfter(member.name), memberId);
}

/** Like `createProject`, within the caller's transaction and in an organization the caller has checked. */
export async function insertProject(
  tx: Prisma.TransactionClient,
  organizationId: string,
  input: NewProject,
): Promise<CreatedProject> {
  const { name, domain, recognition } = parseInput(newProjectSchema, input);
  const projectId = newId();
  await tx.project.create({
    data: { id: projectId, organizationId, name, domain, recognition, ...newKeys(projectId) },
  });
  return { projectId, write: await insertClient(tx, projectId, { name: "Website", mode: "write" }) };
}

/** Creates a key pair for the project; the secret is in the result and nowhere else. */
export const createClient = (scope: Scope<"manage">, input: NewClient): Promise<ClientKeys> =>
  insertClient(prisma(), scope.projectId, input);

async function insertClient(tx: Prisma.TransactionClient, projectId: string, input: NewClient): Promise<ClientKeys> {
  const { name, mode } = parseInput(newClientSchema, input);
  const clientSecret = newSecret(`tl_${mode}`);
  const client = await tx.client.create({
    data: { id: newId(), projectId, name, mode, secretHash: hashSecret(clientSecret) },
  });
  return { clientId: client.id, clientSecret };
}

/**
 * Revokes a client for good; doing it again is a no-op. Requests with it fail once the cache of clients (seconds,
 * lib/projects/clients.ts) has expired. Throws `not_found` for a client of another project.
 */
export async function revokeClient(scope: Scope<"manage">, clientId: string): Promise<void> {
  if (!isUuid(clientId)) throw unknownKey();
  const where = { id: clientId, projectId: scope.projectId };
  const { count } = await prisma().client.updateMany({
    where: { ...where, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  if (count === 0 && (await prisma().client.count({ where })) === 0) {
    throw unknownKey();
  }
}

/** How long the previous secret may keep working after a rotation, in days. */
const OVERLAP_MAX_DAYS = 7;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Gives a client a new secret. The current one works for `overlapDays` more days (0: it ends within seconds), so that
 * servers can be switched over; one from an earlier rotation stops working now. Throws `not_found` for a revoked client
 * and another project's, `unprocessable` for an overlap beyond OVERLAP_MAX_DAYS, `conflict` for the later of two
 * concurrent rotations.
 */
export async function rotateSecret(
  scope: Scope<"manage">,
  clientId: string,
  overlapDays: number,
  now: Date,
): Promise<ClientKeys> {
  if (!(overlapDays >= 0 && overlapDays <= OVERLAP_MAX_DAYS))
    throw new AppError("unprocessable", `The old secret can work for ${OVERLAP_MAX_DAYS} days at most.`, {
      field: "overlapDays",
    });
  const where = { id: clientId, projectId: scope.projectId, revokedAt: null };
  const client = isUuid(clientId)
    ? await prisma().client.findFirst({ where, select: { mode: true, secretHash: true } })
    : null;
  if (!client) throw unknownKey();
  const clientSecret = newSecret(`tl_${client.mode as ClientMode}`);
  const old =
    overlapDays === 0
      ? { oldSecretHash: null, oldSecretUntil: null }
      : { oldSecretHash: client.secretHash, oldSecretUntil: new Date(now.getTime() + overlapDays * DAY_MS) };
  const { count } = await prisma().client.updateMany({
    where: { ...where, secretHash: client.secretHash },
    data: { secretHash: hashSecret(clientSecret), ...old },
  });
  if (count === 0) throw new AppError("conflict", "Somebody else has just changed this key. Try again.");
  return { clientId, clientSecret };
}

const unknownKey = () => new AppError("not_found", "This project has no such key.");

/** Deletes the hashes of replaced secrets that no longer work. Reads every key once; there are few. */
export async function forgetOldSecrets(now: Date): Promise<void> {
  await prisma().client.updateMany({
    where: { oldSecretUntil: { lte: now } },
    data: { oldSecretHash: null, oldSecretUntil: null },
  });
}
