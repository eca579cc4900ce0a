import sql from "sql-template-tag";
import { isActiveLogIn, recordUse } from "@/lib/auth/log-in-life.queries";
import { canonicalEmail } from "@/lib/auth/schemas";
import { prisma } from "@/lib/db/prisma";
import { isUuid } from "@/lib/ids";
import { PROJECTS_OF_MEMBERSHIP, ROLE_IN_PROJECT } from "@/lib/organizations/access.queries";
import type { NamesHiddenFrom, Role } from "@/lib/permissions";
import type { Project } from "@/lib/projects/projects.queries";
import { isGuest, type Scope } from "@/lib/scope";

export type Member = { id: string; email: string; name: string };

/** An authenticated member, with their session version at that moment. `beginLogIn` accepts nobody else. */
export type VerifiedMember = Member & { sessionVersion: number };

const publicFields = { id: true, email: true, name: true } as const;

/** The member with this address (case-insensitive), or null. One lookup in members_email_key. */
export const memberByEmail = (email: string): Promise<Member | null> =>
  prisma().member.findUnique({ where: { email: canonicalEmail(email) }, select: publicFields });

/**
 * The member of a log-in; null if it has ended: logged out, expired, of a deleted member or from before a new password.
 * Primary keys.
 */
export async function memberOf(logInId: string): Promise<Member | null> {
  if (!isUuid(logInId)) return null;
  const [member] = await prisma().$queryRaw<Member[]>(sql`${recordUse(logInId)}
    SELECT m.id, m.email, m.name
      FROM log_ins l JOIN members m ON m.id = l.member_id AND m.session_version = l.session_version
     WHERE l.id = ${logInId}::uuid AND ${isActiveLogIn()}`);
  return member ?? null;
}

/** A member's roles in a project and in its organization. */
export type RolesInProject = {
  role: Role;
  teamRole: Role;
  project: Project;
  organizationId: string;
  /** Who may not see names in the project: nobody, viewers, or editors and viewers. */
  namesHiddenFrom: NamesHiddenFrom;
};

/**
 * `within` is null for somebody else's project and for one that does not exist. `isLockedOut`: the organization
 * demands two factors, and this log-in has not proved them.
 */
export type MemberIn = { member: Member; within: RolesInProject | null; isLockedOut: boolean };

/**
 * memberOf, with their role in a project. Every page begins with it, so it is one statement with five primary-key
 * look-ups; Prisma's client would send five. `projectId` may be any text.
 */
export async function memberIn(logInId: string, projectId: string): Promise<MemberIn | null> {
  if (!isUuid(logInId)) return null;
  const projectIdOrNull = isUuid(projectId) ? projectId : null;
  type Row = Member &
    Omit<Project, "id" | "name"> & {
      role: Role | null;
      teamRole: Role;
      projectId: string;
      projectName: string;
      organizationId: string;
      namesHiddenFrom: NamesHiddenFrom;
      isLockedOut: boolean;
    };
  const [row] = await prisma().$queryRaw<Row[]>(sql`${recordUse(logInId)}
    SELECT m.id, m.email, m.name, s.role, s."teamRole", p.id AS "projectId", p.name AS "projectName", p.domain,
           p.recognition, p.avatars, p.created_at AS "createdAt", p.organization_id AS "organizationId",
           p.names_hidden_from AS "namesHiddenFrom", s.demands IS TRUE AND NOT l.two_factor AS "isLockedOut"
      FROM log_ins l
      JOIN members m ON m.id = l.member_id AND m.session_version = l.session_version
      LEFT JOIN LATERAL (SELECT p.id, s.role AS "teamRole", ${ROLE_IN_PROJECT} AS role,
                                open.demands_two_factor AS demands
                           FROM memberships s ${PROJECTS_OF_MEMBERSHIP}
                          WHERE s.member_id = m.id AND p.id = ${projectIdOrNull}::uuid) s ON true
      LEFT JOIN projects p ON p.id = s.id
     WHERE l.id = ${logInId}::uuid AND ${isActiveLogIn()}`);
  if (!row) return null;
  const {
    id,
    email,
    name,
    role,
    teamRole,
    projectId: found,
    projectName,
    organizationId,
    namesHiddenFrom,
    isLockedOut,
    ...rest
  } = row;
  const { domain, recognition, avatars, createdAt } = rest;
  const project = { id: found, name: projectName, domain, recognition, avatars, createdAt };
  const within = role && { role, teamRole, project, organizationId, namesHiddenFrom };
  return { member: { id, email, name }, within, isLockedOut };
}

/** Names of members by id, without former members; for guests, the same word for all. Primary key. */
export async function memberNames(reader: Pick<Scope, "actor">, ids: readonly string[]): Promise<Map<string, string>> {
  const known = [...new Set(ids)].filter(isUuid);
  if (known.length === 0) return new Map();
  if (isGuest(reader)) return new Map(known.map((id) => [id, "A member"]));
  const members = await prisma().member.findMany({
    where: { id: { in: known } },
    select: { id: true, name: true },
  });
  return new Map(members.map((member) => [member.id, member.name]));
}

/** When the member's address was verified; null: never. Primary key. */
export async function verifiedAt(memberId: string): Promise<Date | null> {
  const found = await prisma().member.findUnique({ where: { id: memberId }, select: { emailVerifiedAt: true } });
  return found?.emailVerifiedAt ?? null;
}
