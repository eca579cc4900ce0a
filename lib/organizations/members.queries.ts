import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import type { Scope } from "@/lib/scope";
import { PROJECTS_OF_MEMBERSHIP, ROLE_IN_PROJECT } from "./access.queries";

export type ProjectMember = { id: string; name: string };

/** The members who can open the project, by name. Uses memberships_pkey: a team has a few dozen. */
export const membersOf = (scope: Scope): Promise<ProjectMember[]> =>
  prisma().$queryRaw<ProjectMember[]>(sql`
    SELECT m.id, m.name
      FROM memberships s JOIN members m ON m.id = s.member_id ${PROJECTS_OF_MEMBERSHIP}
     WHERE p.id = ${scope.projectId}::uuid AND ${ROLE_IN_PROJECT} IS NOT NULL ORDER BY m.name, m.id`);
