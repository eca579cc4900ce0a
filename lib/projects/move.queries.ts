import { prisma } from "@/lib/db/prisma";
import { type MoveEffect, moveEffect } from "@/lib/organizations/move-effect";
import { teamOf } from "@/lib/organizations/team.queries";
import type { TeamScope } from "@/lib/scope";

/** The most organizations offered. */
const TARGETS_MAX = 20;

export type MoveTarget = MoveEffect & { id: string; name: string };

/**
 * The other organizations that the member owns, by name, and what moving the project there would change; none for an
 * example. Uses memberships_member_id_idx and memberships_pkey.
 */
export async function moveTargets(team: TeamScope, projectId: string): Promise<MoveTarget[]> {
  const { organizationId, memberId } = team;
  if ((await prisma().project.count({ where: { id: projectId, organizationId, example: null } })) === 0) return [];
  const owned = await prisma().organization.findMany({
    where: { id: { not: organizationId }, eraseAt: null, memberships: { some: { memberId, role: "owner" } } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: TARGETS_MAX,
    select: { id: true, name: true },
  });
  const left = await teamOf(organizationId);
  return Promise.all(owned.map(async (one) => ({ ...one, ...moveEffect(projectId, left, await teamOf(one.id)) })));
}
