import sql from "sql-template-tag";
import { type ControlTx, prisma } from "@/lib/db/prisma";

type Row = {
  id: string;
  name: string;
  role: string;
  others: number;
  otherOwners: number;
  projects: string[];
  projectId: string | null;
};

/** An organization of somebody who deletes their account. `projectId`: one that they can open; null: there is none. */
export type LeftOrganization = { id: string; name: string; projects: string[]; projectId: string | null };

/** What deleting a member's account means for their organizations. */
export type LeavingEffect = {
  /** Nobody else is in them: they are erased. */
  alone: LeftOrganization[];
  /** Organizations with other members but no other owner: they need one first. */
  ownerless: LeftOrganization[];
  /** They stay as they are. */
  left: LeftOrganization[];
};

/**
 * Sorted by name; organizations that are already marked for deletion are only listed in `alone`.
 * memberships_member_id_idx.
 */
export async function leavingEffectOf(
  memberId: string,
  db: Pick<ControlTx, "$queryRaw"> = prisma(),
): Promise<LeavingEffect> {
  const rows = await db.$queryRaw<Row[]>(sql`
    SELECT o.id, o.name, s.role,
           (SELECT count(*)::int FROM memberships t
             WHERE t.organization_id = o.id AND t.member_id <> s.member_id) AS others,
           (SELECT count(*)::int FROM memberships t
             WHERE t.organization_id = o.id AND t.member_id <> s.member_id AND t.role = 'owner') AS "otherOwners",
           ARRAY(SELECT p.name FROM projects p
                  WHERE p.organization_id = o.id AND p.erase_at IS NULL ORDER BY p.name) AS projects,
           (SELECT min(p.id::text) FROM projects p
             WHERE p.organization_id = o.id AND p.erase_at IS NULL) AS "projectId"
      FROM memberships s
      JOIN organizations o ON o.id = s.organization_id
     WHERE s.member_id = ${memberId}::uuid
       AND (o.erase_at IS NULL OR NOT EXISTS (SELECT FROM memberships t
                                               WHERE t.organization_id = o.id AND t.member_id <> s.member_id))
     ORDER BY o.name, o.id`);
  const listWhere = (which: (row: Row) => boolean) =>
    rows.filter(which).map(({ id, name, projects, projectId }) => ({ id, name, projects, projectId }));
  const isOwnerless = (row: Row) => row.others > 0 && row.role === "owner" && row.otherOwners === 0;
  return {
    alone: listWhere((row) => row.others === 0),
    ownerless: listWhere(isOwnerless),
    left: listWhere((row) => row.others > 0 && !isOwnerless(row)),
  };
}
