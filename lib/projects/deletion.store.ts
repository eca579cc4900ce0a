import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { closeOrganization, reopenOrganization } from "@/lib/organizations/organizations.store";
import type { TeamScope } from "@/lib/scope";
import { forgetClients } from "./clients";
import { RESTORE_DAYS } from "./schemas";

const DAY_MS = 24 * 60 * 60_000;

const graceFrom = (now: Date): Date => new Date(now.getTime() + RESTORE_DAYS * DAY_MS);

/**
 * Deletes a project: it cannot be opened and its keys are rejected from now on (within seconds in other processes); its
 * rows are erased after RESTORE_DAYS. Throws `not_found` for a project of another organization and for a deleted one,
 * `unprocessable` if `typed` is not its name.
 */
export async function deleteProject(team: TeamScope, projectId: string, typed: string, now: Date): Promise<void> {
  const where = { id: projectId, organizationId: team.organizationId, eraseAt: null };
  const project = isUuid(projectId) ? await prisma().project.findFirst({ where, select: { name: true } }) : null;
  if (!project) throw new AppError("not_found", "There is no such project in this organization.");
  confirm(project.name, typed);
  await prisma().project.updateMany({ where, data: { eraseAt: graceFrom(now) } });
  forgetClients();
}

/** Deletes an organization with its projects, like deleteProject. */
export async function deleteOrganization(team: TeamScope<"own">, typed: string, now: Date): Promise<void> {
  const where = { id: team.organizationId };
  const { name } = await prisma().organization.findUniqueOrThrow({ where, select: { name: true } });
  confirm(name, typed);
  if (!(await closeOrganization(team, graceFrom(now))))
    throw new AppError("not_found", "This organization has been deleted already.");
  forgetClients();
}

/**
 * Undoes a deletion. Throws `not_found` for a project that is not deleted, belongs to another organization, or is
 * erased.
 */
export async function restoreProject(team: TeamScope, projectId: string, now: Date): Promise<void> {
  const where = { id: projectId, organizationId: team.organizationId, eraseAt: { gt: now } };
  const { count } = isUuid(projectId)
    ? await prisma().project.updateMany({ where, data: { eraseAt: null } })
    : { count: 0 };
  if (count === 0) throw new AppError("not_found", TOO_LATE);
  forgetClients();
}

/** Like restoreProject, for the organization. Projects that were deleted individually stay deleted. */
export async function restoreOrganization(team: TeamScope<"own">, now: Date): Promise<void> {
  if (!(await reopenOrganization(team, now))) throw new AppError("not_found", TOO_LATE);
  forgetClients();
}

/** Deletes the project's own row, and with it its keys, roles and saved columns. The data plane is erased first. */
export async function eraseProjectRow(db: Database, projectId: string): Promise<void> {
  await db.query(sql`DELETE FROM projects WHERE id = ${projectId}`);
  forgetClients();
}

const TOO_LATE = "This cannot be restored: it was not deleted, or it is erased already.";

function confirm(name: string, typed: string): void {
  if (typed.trim() !== name.trim()) throw new AppError("unprocessable", `Type ${name} to confirm.`, { field: "name" });
}
