import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import type { Scope } from "@/lib/scope";
import { ceilingUse } from "./usage.queries";

/** What is deleted with a project, in numbers. */
export type DeletionPreview = { what: string; count: number }[];

/** What deleting the project would erase. Primary keys, except for the counts of what members make by hand. */
export async function deletionPreview(scope: Scope): Promise<DeletionPreview> {
  const [use, [own]] = await Promise.all([
    ceilingUse(scope),
    prisma().$queryRaw<{ keys: number; segments: number; notes: number }[]>(sql`
      SELECT (SELECT count(*)::int FROM clients WHERE project_id = ${scope.projectId}::uuid) AS keys,
             (SELECT count(*)::int FROM segments WHERE project_id = ${scope.projectId}::uuid) AS segments,
             (SELECT count(*)::int FROM notes WHERE project_id = ${scope.projectId}::uuid)
             + (SELECT count(*)::int FROM account_notes WHERE project_id = ${scope.projectId}::uuid) AS notes`),
  ]);
  return [
    { what: "identified user", count: use.maxPeople },
    { what: "device", count: use.maxDevices },
    { what: "account", count: use.maxAccounts },
    { what: "event name", count: use.maxEventNames },
    { what: "segment", count: own?.segments ?? 0 },
    { what: "note", count: own?.notes ?? 0 },
    { what: "key", count: own?.keys ?? 0 },
  ];
}

/** A deletion that can be undone. */
export type PendingDeletion = {
  kind: "project" | "organization";
  id: string;
  organizationId: string;
  name: string;
  eraseAt: Date;
};

/**
 * The member's projects and organizations that are deleted but not erased yet, the next to be erased first. Uses
 * memberships_member_id_idx.
 */
export const pendingDeletionsOf = (memberId: string): Promise<PendingDeletion[]> =>
  prisma().$queryRaw<PendingDeletion[]>(sql`
    SELECT 'organization' AS kind, o.id, o.id AS "organizationId", o.name, o.erase_at AS "eraseAt"
      FROM memberships s
      JOIN organizations o ON o.id = s.organization_id
     WHERE s.member_id = ${memberId}::uuid AND s.role = 'owner' AND o.erase_at IS NOT NULL
    UNION ALL
    SELECT 'project', p.id, p.organization_id, p.name, p.erase_at
      FROM memberships s
      JOIN projects p ON p.organization_id = s.organization_id
     WHERE s.member_id = ${memberId}::uuid AND s.role IN ('owner', 'admin') AND p.erase_at IS NOT NULL
     ORDER BY "eraseAt", id`);

/** An organization's name, its projects' names, and its number of members. */
export async function organizationSize(
  organizationId: string,
): Promise<{ name: string; projects: string[]; members: number }> {
  const found = await prisma().organization.findUniqueOrThrow({
    where: { id: organizationId },
    select: {
      name: true,
      projects: { where: { eraseAt: null }, select: { name: true }, orderBy: { name: "asc" } },
      _count: { select: { memberships: true } },
    },
  });
  return { name: found.name, projects: found.projects.map(({ name }) => name), members: found._count.memberships };
}
