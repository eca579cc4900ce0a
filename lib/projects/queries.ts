import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import type { Role } from "@/lib/organizations/store";
import type { ClientMode, Recognition } from "@/lib/projects/rule";
import type { PrivacySettings } from "@/lib/projects/settings";
import type { Scope } from "@/lib/scope";

export type ProjectListed = { id: string; name: string; domain: string | null; organizationName: string; role: Role };

/** Every project the member can open, by name: what the switcher shows. Rides on memberships_member_id_idx. */
export async function projectsOf(memberId: string): Promise<ProjectListed[]> {
  const projects = await prisma().project.findMany({
    where: { organization: { memberships: { some: { memberId } } } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    select: {
      id: true,
      name: true,
      domain: true,
      organization: { select: { name: true, memberships: { where: { memberId }, select: { role: true } } } },
    },
  });
  return projects.map(({ organization, ...project }) => ({
    ...project,
    organizationName: organization.name,
    role: organization.memberships[0]?.role as Role,
  }));
}

export type ProjectMembership = { projectId: string; organizationId: string; role: Role };

/**
 * How the member belongs to the project; null for a stranger and for a project that does not exist, so that both
 * answer 404. `projectId` may be any text (it comes from the URL). Two primary-key look-ups.
 */
export async function membershipOf(memberId: string, projectId: string): Promise<ProjectMembership | null> {
  if (!isUuid(projectId) || !isUuid(memberId)) return null;
  const membership = await prisma().membership.findFirst({
    where: { memberId, organization: { projects: { some: { id: projectId } } } },
    select: { organizationId: true, role: true },
  });
  return membership && { projectId, organizationId: membership.organizationId, role: membership.role as Role };
}

export type Project = {
  id: string;
  name: string;
  domain: string | null;
  recognition: Recognition;
  createdAt: Date;
};

/** The project of the scope; throws `not_found` when it was deleted meanwhile. One primary-key look-up. */
export async function projectById(scope: Scope): Promise<Project> {
  const project = await prisma().project.findUnique({
    where: { id: scope.projectId },
    select: { id: true, name: true, domain: true, recognition: true, createdAt: true },
  });
  if (!project) throw new AppError("not_found", "This project does not exist any more.");
  return { ...project, recognition: project.recognition as Recognition };
}

/** What of its events the project does not keep; throws `not_found` as `projectById`. One primary-key look-up. */
export async function privacyOf(scope: Scope): Promise<PrivacySettings> {
  const select = { keptParameters: true, masksPages: true, deniedProperties: true, notStored: true };
  const privacy = await prisma().project.findUnique({ where: { id: scope.projectId }, select });
  if (!privacy) throw new AppError("not_found", "This project does not exist any more.");
  return privacy;
}

export type ClientListed = { id: string; name: string; mode: ClientMode; createdAt: Date; revokedAt: Date | null };

/** The project's clients, oldest first, revoked ones included; never a secret. Rides on clients_project_id_idx. */
export async function clientsOf(scope: Scope): Promise<ClientListed[]> {
  const clients = await prisma().client.findMany({
    where: { projectId: scope.projectId },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true, name: true, mode: true, createdAt: true, revokedAt: true },
  });
  return clients.map((client) => ({ ...client, mode: client.mode as ClientMode }));
}

/** The id the snippet carries: the project's oldest write client still valid; null when all were revoked. */
export async function snippetClientId(scope: Scope): Promise<string | null> {
  const client = await prisma().client.findFirst({
    where: { projectId: scope.projectId, mode: "write", revokedAt: null },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true },
  });
  return client?.id ?? null;
}
