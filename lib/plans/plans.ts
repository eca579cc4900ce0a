import { utcDay } from "@/lib/format/time";

const DAY_MS = 24 * 60 * 60_000;

/**
 * The plans of the hosted edition, as the landing page, Settings and the checkout read them. Without EDITION=hosted
 * there are no plans and no limits (docs/decisions/0091-plans.md).
 */
export const PLANS = [
  { id: "small", name: "Small", eventsPerMonth: 100_000, eurosPerMonth: 19 },
  { id: "medium", name: "Medium", eventsPerMonth: 1_000_000, eurosPerMonth: 79 },
  { id: "large", name: "Large", eventsPerMonth: 10_000_000, eurosPerMonth: 299 },
] as const;

export type Plan = (typeof PLANS)[number];
export type PlanId = Plan["id"];

/** The days of the trial with which every organization begins, without a card. */
export const TRIAL_DAYS = 30;
/** How many events a month a trial includes. */
export const TRIAL_EVENTS_PER_MONTH = 1_000_000;
/** How many days after the end of a trial or subscription, or a failed payment, reading is paused. */
export const READING_GRACE_DAYS = 14;

/** The plan with an id; null for a subscription to anything else, which the operator made by hand, without a limit. */
export const planById = (id: string | null): Plan | null => PLANS.find((plan) => plan.id === id) ?? null;

/** A calendar month in UTC, [from, to) ms. `days`: the events received on each day so far, from the first. */
export type MonthUsage = { from: number; to: number; days: number[]; used: number; projected: number | null };

/** How many events were received on each day: "2026-01-31" → events. */
export type ReceivedDays = ReadonlyMap<string, number>;

export function monthOf(now: number): { from: number; to: number } {
  const at = new Date(now);
  const month = (ahead: number) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1);
  return { from: month(0), to: month(1) };
}

/**
 * The usage of the current month. `projected`: the events by the end of the month at this rate; null on the first day,
 * which is too little data. `since`: when the organization was created, in ms.
 */
export function monthUsage(received: ReceivedDays, now: number, since = 0): MonthUsage {
  const { from, to } = monthOf(now);
  const days: number[] = [];
  for (let day = from; day <= now; day += DAY_MS) days.push(received.get(utcDay(day)) ?? 0);
  const used = days.reduce((sum, events) => sum + events, 0);
  const elapsed = now - Math.max(from, since);
  const projected = elapsed < DAY_MS ? null : Math.round(used + (used / elapsed) * (to - now));
  return { from, to, days, used, projected };
}

/**
 * What is stored about an organization's plan; times in ms. `status` is the payment provider's status of the
 * subscription.
 */
export type StoredPlan = {
  trialEndsAt: number;
  plan: string | null;
  status: string | null;
  periodEndsAt: number | null;
  cancelsAt: number | null;
  pastDueSince: number | null;
  endedAt: number | null;
};

/** Times are in ms. `pausesAt`: when reading is paused. A null `plan`: a subscription made by hand, without a limit. */
export type PlanState =
  | { kind: "trial"; endsAt: number }
  | { kind: "active"; plan: Plan | null; renewsAt: number | null; cancelsAt: number | null }
  | { kind: "past_due"; plan: Plan | null; since: number; pausesAt: number }
  | { kind: "trial_over"; since: number; pausesAt: number }
  | { kind: "ended"; since: number; pausesAt: number };

const PAID = new Set(["active", "trialing"]);
/** The subscription exists, but its last invoice is not paid. */
const UNPAID = new Set(["past_due", "unpaid", "paused"]);
export const isOwing = (status: string | null): boolean => status !== null && UNPAID.has(status);

/** The state of a plan. A running trial continues, whatever happens to the subscription. */
export function planStateOf(stored: StoredPlan, now: number): PlanState {
  const { status, trialEndsAt, cancelsAt, periodEndsAt: renewsAt, endedAt } = stored;
  const plan = planById(stored.plan);
  if (status !== null && PAID.has(status)) return { kind: "active", plan, renewsAt, cancelsAt };
  if (now < trialEndsAt) return { kind: "trial", endsAt: trialEndsAt };
  const pausesAfter = (since: number) => ({ since, pausesAt: since + READING_GRACE_DAYS * DAY_MS });
  if (isOwing(status))
    return { kind: "past_due", plan, ...pausesAfter(Math.max(stored.pastDueSince ?? now, trialEndsAt)) };
  if (endedAt !== null) return { kind: "ended", ...pausesAfter(Math.max(endedAt, trialEndsAt)) };
  return { kind: "trial_over", ...pausesAfter(trialEndsAt) };
}

/** The days until a trial ends, the one that has begun included. */
export const trialDaysLeft = (endsAt: number, now: number): number => Math.max(1, Math.ceil((endsAt - now) / DAY_MS));

/** Whether screens about people are closed until there is a plan. Ingest, settings, erasure and downloads stay open. */
export const isReadingPaused = (state: PlanState, now: number): boolean => "pausesAt" in state && now >= state.pausesAt;

/** How many events a month the organization may use; null for any number. */
export function eventLimit(state: PlanState): number | null {
  if (state.kind === "active" || state.kind === "past_due") return state.plan?.eventsPerMonth ?? null;
  return TRIAL_EVENTS_PER_MONTH;
}

export type Entitlement = { state: PlanState; usage: MonthUsage; limit: number | null; isOver: boolean };

/** What an organization may use, and whether it has used more. */
export function entitlement(stored: StoredPlan, usage: MonthUsage, now: number): Entitlement {
  const state = planStateOf(stored, now);
  const limit = eventLimit(state);
  return { state, usage, limit, isOver: limit !== null && usage.used > limit };
}

/** Whether a path (as isOpenWhilePaused takes it) is closed until the organization has a plan. */
export const isPausedAt = (path: string | null, { state }: Entitlement, now: number): boolean =>
  isReadingPaused(state, now) && path !== null && !isOpenWhilePaused(path);

/**
 * Whether a path of a project stays open while reading is paused: settings and setup, erasing and exporting people, and
 * finding them for that. `path` as requested: "/<project>/…" or "/api/…/<project>/…".
 */
export function isOpenWhilePaused(path: string): boolean {
  const api = /^\/api\/(\w+)\/[^/]+\/(.*)$/.exec(path);
  if (api) return api[1] === "projects" && /^(?:search|avatar|first-event|debugger)$/.test(api[2] as string);
  const inside = /^\/[^/]+(\/.*)?$/.exec(path)?.[1] ?? "";
  return (
    /^\/(?:paused|settings|setup|erasures)(?:\/|$)/.test(inside) ||
    /^\/users\/[^/]+\/privacy(?:\/|$)/.test(inside) ||
    inside.endsWith("/export")
  );
}
