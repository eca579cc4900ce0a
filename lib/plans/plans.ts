/**
 * The plans of the hosted edition: the one table that the landing page, Settings and the checkout read. Without
 * EDITION=hosted there are no plans and no limits (docs/decisions/0091-plans.md).
 */
export const PLANS = [
  { id: "small", name: "Small", eventsPerMonth: 100_000, eurosPerMonth: 19 },
  { id: "medium", name: "Medium", eventsPerMonth: 1_000_000, eurosPerMonth: 79 },
  { id: "large", name: "Large", eventsPerMonth: 10_000_000, eurosPerMonth: 299 },
] as const;

export type Plan = (typeof PLANS)[number];
export type PlanId = Plan["id"];

/** Every organization begins with a trial, without a card. */
export const TRIAL_DAYS = 30;
/** Events a month of a trial. */
export const TRIAL_EVENTS_PER_MONTH = 1_000_000;
/** Days from the end of a trial or subscription, or from a failed payment, until reading is paused. */
export const GRACE_DAYS = 14;

/** null for a subscription to something else: one the operator made by hand, without a limit. */
export const planById = (id: string | null): Plan | null => PLANS.find((plan) => plan.id === id) ?? null;
