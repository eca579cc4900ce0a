import { GRACE_DAYS, type Plan, planById, TRIAL_EVENTS_PER_MONTH } from "@/lib/plans/plans";

const DAY_MS = 24 * 60 * 60_000;

/** What is stored of an organization; times in ms. `status` is the payment provider's word for the subscription. */
export type StoredPlan = {
  trialEndsAt: number;
  plan: string | null;
  status: string | null;
  periodEndsAt: number | null;
  cancelsAt: number | null;
  pastDueSince: number | null;
  endedAt: number | null;
};

/** `pausesAt`: when reading is paused. `plan` null: a subscription the operator made by hand, without a limit. */
export type PlanState =
  | { kind: "trial"; endsAt: number }
  | { kind: "active"; plan: Plan | null; renewsAt: number | null; cancelsAt: number | null }
  | { kind: "past_due"; plan: Plan | null; since: number; pausesAt: number }
  | { kind: "trial_over"; since: number; pausesAt: number }
  | { kind: "ended"; since: number; pausesAt: number };

const PAID = new Set(["active", "trialing"]);
/** The subscription exists, but its last invoice is not paid. */
const OWING = new Set(["past_due", "unpaid", "paused"]);
export const isOwing = (status: string | null): boolean => status !== null && OWING.has(status);

/** Whatever happens to a subscription, a trial that is still running goes on. */
export function planStateOf(stored: StoredPlan, now: number): PlanState {
  const { status, trialEndsAt, cancelsAt, periodEndsAt: renewsAt, endedAt } = stored;
  const plan = planById(stored.plan);
  if (status !== null && PAID.has(status)) return { kind: "active", plan, renewsAt, cancelsAt };
  if (now < trialEndsAt) return { kind: "trial", endsAt: trialEndsAt };
  const pausing = (since: number) => ({ since, pausesAt: since + GRACE_DAYS * DAY_MS });
  if (isOwing(status)) return { kind: "past_due", plan, ...pausing(Math.max(stored.pastDueSince ?? now, trialEndsAt)) };
  if (endedAt !== null) return { kind: "ended", ...pausing(Math.max(endedAt, trialEndsAt)) };
  return { kind: "trial_over", ...pausing(trialEndsAt) };
}

/** Ingest, settings, erasure and downloads go on; screens about people are closed until somebody pays. */
export const isReadingPaused = (state: PlanState, now: number): boolean => "pausesAt" in state && now >= state.pausesAt;

/** Events a month that the organization may use; null: any number. */
export function eventLimit(state: PlanState): number | null {
  if (state.kind === "active" || state.kind === "past_due") return state.plan?.eventsPerMonth ?? null;
  return TRIAL_EVENTS_PER_MONTH;
}

/**
 * Which addresses of a project stay open while reading is paused: settings and setup, erasing and exporting people, and
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
