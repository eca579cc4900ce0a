import sql from "sql-template-tag";
import { canonicalEmail } from "@/lib/auth/rule";
import { prisma } from "@/lib/db/prisma";
import { isUuid } from "@/lib/ids";
import type { Role } from "@/lib/organizations/store";
import type { Project } from "@/lib/projects/queries";

export type Member = { id: string; email: string; name: string };

const publicFields = { id: true, email: true, name: true } as const;

/** null when no member has the address (case does not count). One look-up in members_email_key. */
export const memberByEmail = (email: string): Promise<Member | null> =>
  prisma().member.findUnique({ where: { email: canonicalEmail(email) }, select: publicFields });

/** A log-in: whose, and the member's session version when it began. */
export type Login = { memberId: string; version: number };

/** null for a member who was deleted or got a new password since the log-in, and for what is no id. Primary key. */
export const memberOf = async ({ memberId, version }: Login): Promise<Member | null> =>
  isUuid(memberId)
    ? prisma().member.findUnique({ where: { id: memberId, sessionVersion: version }, select: publicFields })
    : null;

/** What log-ins of the member carry that begin now; 0 for nobody, whom no log-in names. Primary key. */
export async function sessionVersionOf(memberId: string): Promise<number> {
  const found = await prisma().member.findUnique({ where: { id: memberId }, select: { sessionVersion: true } });
  return found?.sessionVersion ?? 0;
}

/** A member, and what they are in a project: null for one that is not theirs and one that does not exist. */
export type MemberIn = { member: Member; within: { role: Role; project: Project } | null };

/**
 * memberOf with their role in a project. Every page begins with it, so it is one statement of three primary-key look-ups where the
 * client would send three. `projectId` may be any text.
 */
export async function memberIn({ memberId, version }: Login, projectId: string): Promise<MemberIn | null> {
  if (!isUuid(memberId)) return null;
  const sought = isUuid(projectId) ? projectId : null;
  type Row = Member & Omit<Project, "id" | "name"> & { role: Role | null; projectId: string; projectName: string };
  const [row] = await prisma().$queryRaw<Row[]>(sql`
    SELECT m.id, m.email, m.name, s.role, p.id AS "projectId", p.name AS "projectName", p.domain, p.recognition,
           p.created_at AS "createdAt"
      FROM members m
      LEFT JOIN (memberships s JOIN projects p ON p.organization_id = s.organization_id)
        ON s.member_id = m.id AND p.id = ${sought}::uuid
     WHERE m.id = ${memberId}::uuid AND m.session_version = ${version}`);
  if (!row) return null;
  const { id, email, name, role, projectId: found, projectName, domain, recognition, createdAt } = row;
  const project = { id: found, name: projectName, domain, recognition, createdAt };
  return { member: { id, email, name }, within: role && { role, project } };
}

/** Names of members by id; those who are no members any more are left out. Primary key. */
export async function memberNames(ids: readonly string[]): Promise<Map<string, string>> {
  const known = [...new Set(ids)].filter(isUuid);
  if (known.length === 0) return new Map();
  const members = await prisma().member.findMany({
    where: { id: { in: known } },
    select: { id: true, name: true },
  });
  return new Map(members.map((member) => [member.id, member.name]));
}
