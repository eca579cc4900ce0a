import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { lockOwnedOrganizations, moveProjectRoles } from "@/lib/organizations/team.store";
import type { TeamScope } from "@/lib/scope";
import { forgetClients } from "./clients";
import { leaveReceivedBehind } from "./received.store";

/**
 * Moves a project with everything in it to another organization of the same owner. Keys, data and settings stay as they
 * are; the other organization's roles decide who gets in. Throws `not_found` for a project of another
 * organization and for a deleted one, `unprocessable` if `typed` is not its name, `conflict` for an example and for the
 * organization it is in, `forbidden` if the caller no longer owns both.
 */
export async function moveProject(
  from: TeamScope<"own">,
  to: TeamScope<"own">,
  { projectId, typed }: { projectId: string; typed: string },
  now: Date,
): Promise<void> {
  const missing = () => new AppError("not_found", "There is no such project in this organization.");
  if (!isUuid(projectId)) throw missing();
  if (from.organizationId === to.organizationId)
    throw new AppError("conflict", "The project already belongs to this organization.");
  const where = { id: projectId, organizationId: from.organizationId, eraseAt: null };
  await prisma().$transaction(async (tx) => {
    await lockOwnedOrganizations(tx, from, to);
    const project = await tx.project.findFirst({ where, select: { name: true, example: true } });
    if (!project) throw missing();
    if (project.example !== null)
      throw new AppError("conflict", "An example project cannot be moved: every organization can have its own.");
    if (typed.trim() !== project.name.trim())
      throw new AppError("unprocessable", `Type ${project.name} to confirm.`, { field: "name" });
    // Somebody may have deleted it meanwhile.
    const { count } = await tx.project.updateMany({ where, data: { organizationId: to.organizationId } });
    if (count === 0) throw missing();
    await moveProjectRoles(tx, projectId, to.organizationId);
    const move = { projectId, from: from.organizationId, to: to.organizationId };
    await leaveReceivedBehind(tx, move, new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth())));
  });
  forgetClients();
}
