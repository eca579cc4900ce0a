import { LRUCache } from "lru-cache";
import { config } from "@/lib/config";
import { eventLimit, type PlanState, planStateOf, type StoredPlan } from "@/lib/plans/plan-state";
import { receivedThisMonth, storedPlan } from "@/lib/plans/plans.queries";
import { beginTrial } from "@/lib/plans/plans.store";
import { type MonthUsage, monthUsage } from "@/lib/plans/usage";

/** How long a change made by another process may go unnoticed, in ms. */
const FRESH_MS = 15_000;
const ORGANIZATIONS_MAX = 10_000;

export type Entitlement = { state: PlanState; usage: MonthUsage; limit: number | null; isOver: boolean };

type Known = { stored: StoredPlan; usage: MonthUsage };
const shared = globalThis as typeof globalThis & { throughlinePlans?: LRUCache<string, Known> };
const cache = (): LRUCache<string, Known> =>
  (shared.throughlinePlans ??= new LRUCache({ max: ORGANIZATIONS_MAX, ttl: FRESH_MS }));

export const isHosted = (): boolean => config().EDITION === "hosted";

/** What an organization may use now; null on a self-hosted instance, where it is anything. Cached for seconds. */
export async function entitlementOf(organizationId: string, now: number): Promise<Entitlement | null> {
  if (!isHosted()) return null;
  const known = cache().get(organizationId) ?? (await read(organizationId, now));
  if (!known) return null;
  cache().set(organizationId, known, { noUpdateTTL: true });
  const state = planStateOf(known.stored, now);
  const limit = eventLimit(state);
  return { state, usage: known.usage, limit, isOver: limit !== null && known.usage.used > limit };
}

async function read(organizationId: string, now: number): Promise<Known | null> {
  const received = receivedThisMonth(organizationId, now);
  let stored = await storedPlan(organizationId);
  if (!stored) {
    await beginTrial(organizationId, now);
    stored = await storedPlan(organizationId);
  }
  // Deleted meanwhile.
  return stored && { stored, usage: monthUsage(await received, now, stored.since) };
}

/** After a change in this process, and for tests. */
export const forgetPlans = (): void => cache().clear();
