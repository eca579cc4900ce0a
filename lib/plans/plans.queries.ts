import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import type { StoredPlan } from "@/lib/plans/plan-state";
import { monthOf, type ReceivedDays } from "@/lib/plans/usage";

export type KnownPlan = StoredPlan & { since: number };

/** null for an organization whose trial has not begun. Primary keys. */
export async function storedPlan(organizationId: string): Promise<KnownPlan | null> {
  const [organization, row] = await Promise.all([
    prisma().organization.findUnique({ where: { id: organizationId }, select: { createdAt: true } }),
    prisma().organizationPlan.findUnique({ where: { organizationId } }),
  ]);
  if (!row || !organization) return null;
  const time = (at: Date | null) => at?.getTime() ?? null;
  return {
    since: organization.createdAt.getTime(),
    trialEndsAt: row.trialEndsAt.getTime(),
    plan: row.plan,
    status: row.status,
    periodEndsAt: time(row.periodEndsAt),
    cancelsAt: time(row.cancelsAt),
    pastDueSince: time(row.pastDueSince),
    endedAt: time(row.endedAt),
  };
}

/**
 * Events of this month by day, over all projects of the organization, deleted ones included until they are erased.
 * received_days_pkey, at most 31 rows per project.
 */
export async function receivedThisMonth(organizationId: string, now: number): Promise<ReceivedDays> {
  const { from, to } = monthOf(now);
  const rows = await prisma().$queryRaw<{ day: string; events: bigint }[]>(sql`
    SELECT d.day::text AS day, sum(d.events)::bigint AS events
      FROM projects p JOIN received_days d ON d.project_id = p.id
     WHERE p.organization_id = ${organizationId}::uuid
       AND d.day >= ${new Date(from)}::date AND d.day < ${new Date(to)}::date
     GROUP BY d.day`);
  return new Map(rows.map(({ day, events }) => [day, Number(events)]));
}
