import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { PROJECTS_OF_MEMBERSHIP, ROLE_IN_PROJECT } from "@/lib/organizations/access.queries";
import type { Role } from "@/lib/permissions";
import type { ClientMode, Recognition } from "@/lib/projects/schemas";
import { SETTING_KEYS, type SettingKey, type SettingValues } from "@/lib/projects/setting-list";
import { withStandIns } from "@/lib/reading/stand-ins";
import type { Scope, TeamScope } from "@/lib/scope";

export type ProjectListed = {
  id: string;
  name: string;
  domain: string | null;
  organizationName: string;
  role: Role;
  /** Whether it is the example, with invented data. */
  isExample: boolean;
  /** Whether its organization demands two factors. */
  demandsTwoFactor: boolean;
};

/** Every project the member can open, by name, examples last, for the switcher. Uses memberships_member_id_idx. */
export const projectsOf = (memberId: string): Promise<ProjectListed[]> =>
  prisma().$queryRaw<ProjectListed[]>(sql`
    SELECT p.id, p.name, p.domain, o.name AS "organizationName", ${ROLE_IN_PROJECT} AS role,
           p.example IS NOT NULL AS "isExample", o.demands_two_factor AS "demandsTwoFactor"
      FROM memberships s JOIN organizations o ON o.id = s.organization_id ${PROJECTS_OF_MEMBERSHIP}
     WHERE s.member_id = ${memberId}::uuid AND ${ROLE_IN_PROJECT} IS NOT NULL
     ORDER BY p.example IS NOT NULL, p.name, p.id`);

export type Project = {
  id: string;
  name: string;
  domain: string | null;
  recognition: Recognition;
  /** Whether pictures of people are shown. */
  avatars: boolean;
  createdAt: Date;
};

/** The project of the scope; throws `not_found` if it was deleted meanwhile. One primary-key lookup. */
export async function projectById(scope: Scope): Promise<Project> {
  const project = await prisma().project.findUnique({
    where: { id: scope.projectId },
    select: { id: true, name: true, domain: true, recognition: true, avatars: true, createdAt: true },
  });
  if (!project) throw new AppError("not_found", "This project no longer exists.");
  return { ...project, recognition: project.recognition as Recognition };
}

/** Whether it is a project of the organization that is not deleted. Primary key. */
export const isProjectOf = async ({ organizationId }: TeamScope, projectId: string): Promise<boolean> =>
  (await prisma().project.count({ where: { id: projectId, organizationId, eraseAt: null } })) > 0;

/** Every setting of the project; throws `not_found` like `projectById`. One primary-key lookup. */
export async function settingValues(scope: Scope): Promise<SettingValues> {
  const select = Object.fromEntries(SETTING_KEYS.map((key) => [key, true])) as Record<SettingKey, true>;
  const values = await prisma().project.findUnique({ where: { id: scope.projectId }, select });
  if (!values) throw new AppError("not_found", "This project no longer exists.");
  return withStandIns(scope, values as SettingValues);
}

type OwnTeam = { people: string[]; segments: string[]; accounts: string[] };

/** The entries of the own team in the settings that screens manage: people by id or address, segments, accounts. */
export async function ownTeamOf(scope: Scope): Promise<OwnTeam> {
  const found = await prisma().project.findUnique({
    where: { id: scope.projectId },
    select: { internalPeople: true, internalSegments: true, internalAccounts: true },
  });
  return {
    people: found?.internalPeople ?? [],
    segments: found?.internalSegments ?? [],
    accounts: found?.internalAccounts ?? [],
  };
}

export type ClientListed = {
  id: string;
  name: string;
  mode: ClientMode;
  createdAt: Date;
  revokedAt: Date | null;
  /** To the minute; null: never. */
  lastUsedAt: Date | null;
  /** Until when its previous secret still works. */
  oldSecretUntil: Date | null;
};

/** The project's clients, oldest first, including revoked ones; never a secret. Uses clients_project_id_idx. */
export async function clientsOf(scope: Scope): Promise<ClientListed[]> {
  const clients = await prisma().client.findMany({
    where: { projectId: scope.projectId },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      id: true,
      name: true,
      mode: true,
      createdAt: true,
      revokedAt: true,
      lastUsedAt: true,
      oldSecretUntil: true,
    },
  });
  return clients.map((client) => ({ ...client, mode: client.mode as ClientMode }));
}

/** The id in the snippet: the project's oldest valid write client; null if all were revoked. */
export async function snippetClientId(scope: Scope): Promise<string | null> {
  const client = await prisma().client.findFirst({
    where: { projectId: scope.projectId, mode: "write", revokedAt: null },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true },
  });
  return client?.id ?? null;
}
