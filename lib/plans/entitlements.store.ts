import { LRUCache } from "lru-cache";
import sql from "sql-template-tag";
import { isHosted } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import {
  type Entitlement,
  entitlement,
  type MonthUsage,
  monthOf,
  monthUsage,
  type ReceivedDays,
  type StoredPlan,
  TRIAL_DAYS,
} from "@/lib/plans/plans";

const DAY_MS = 24 * 60 * 60_000;
/** How long a change made by another process may go unnoticed, in ms. */
const FRESH_MS = 15_000;
const ORGANIZATIONS_MAX = 10_000;

type Known = { stored: StoredPlan; usage: MonthUsage };
const shared = globalThis as typeof globalThis & { throughlinePlans?: LRUCache<string, Known> };
const cache = (): LRUCache<string, Known> =>
  (shared.throughlinePlans ??= new LRUCache({ max: ORGANIZATIONS_MAX, ttl: FRESH_MS }));

/** What an organization may currently use; null on a self-hosted instance, which has no limits. Cached for seconds. */
export async function entitlementOf(organizationId: string, now: number): Promise<Entitlement | null> {
  if (!isHosted()) return null;
  const known = cache().get(organizationId) ?? (await read(organizationId, now));
  if (!known) return null;
  cache().set(organizationId, known, { noUpdateTTL: true });
  return entitlement(known.stored, known.usage, now);
}

async function read(organizationId: string, now: number): Promise<Known | null> {
  const received = receivedThisMonth(organizationId, now);
  let stored = await storedPlan(organizationId);
  if (!stored) {
    await beginTrial(organizationId, now);
    stored = await storedPlan(organizationId);
  }
  // null: the organization was deleted meanwhile.
  return stored && { stored, usage: monthUsage(await received, now, stored.since) };
}

type KnownPlan = StoredPlan & { since: number };

/** An organization's plan; null if its trial has not begun. Primary keys. */
async function storedPlan(organizationId: string): Promise<KnownPlan | null> {
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
 * The events received this month, by day, over all projects of the organization, deleted ones included until they are
 * erased. What a project received before it moved counts for the organization it left. Uses received_days_pkey and
 * moved_usage_organization_id_day_idx: at most 31 rows per project.
 */
async function receivedThisMonth(organizationId: string, now: number): Promise<ReceivedDays> {
  const { from, to } = monthOf(now);
  const rows = await prisma().$queryRaw<{ day: string; events: bigint }[]>(sql`
    SELECT c.day::text AS day, greatest(0, sum(c.events))::bigint AS events
      FROM (SELECT d.day, d.events
              FROM projects p JOIN received_days d ON d.project_id = p.id
             WHERE p.organization_id = ${organizationId}::uuid
             UNION ALL
            SELECT m.day, m.events
              FROM moved_usage m
             WHERE m.organization_id = ${organizationId}::uuid) c
     WHERE c.day >= ${new Date(from)}::date AND c.day < ${new Date(to)}::date
     GROUP BY c.day`);
  return new Map(rows.map(({ day, events }) => [day, Number(events)]));
}

/**
 * Begins an organization's trial, once: when somebody first opens it in the hosted edition, so that organizations which
 * predate that edition get a whole trial, too.
 */
async function beginTrial(organizationId: string, now: number): Promise<void> {
  const endsAt = new Date(now + TRIAL_DAYS * DAY_MS);
  await prisma().$executeRaw(sql`
    INSERT INTO organization_plans (organization_id, trial_ends_at)
    SELECT id, ${endsAt} FROM organizations WHERE id = ${organizationId}::uuid
    ON CONFLICT DO NOTHING`);
}

/** Empties the cache, after a change in this process and in tests. */
export const forgetPlans = (): void => cache().clear();
