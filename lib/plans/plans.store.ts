import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import { TRIAL_DAYS } from "@/lib/plans/plans";

const DAY_MS = 24 * 60 * 60_000;

/**
 * Begins the trial of an organization, once: when somebody first opens it in the hosted edition. So organizations from
 * before it was hosted get a whole trial too.
 */
export async function beginTrial(organizationId: string, now: number): Promise<void> {
  const endsAt = new Date(now + TRIAL_DAYS * DAY_MS);
  await prisma().$executeRaw(sql`
    INSERT INTO organization_plans (organization_id, trial_ends_at)
    SELECT id, ${endsAt} FROM organizations WHERE id = ${organizationId}::uuid
    ON CONFLICT DO NOTHING`);
}
