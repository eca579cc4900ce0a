import { formatCount, pluralCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import type { Entitlement } from "@/lib/plans/plans";
import { isReadingPaused, trialDaysLeft } from "@/lib/plans/plans";

const DAY_MS = 24 * 60 * 60_000;
/** How many days before the end of a trial it is announced. */
const ANNOUNCED_DAYS = 7;

/** The notice that owners and admins see above every screen; null for none. */
export function planNotice({ state, usage, limit, isOver }: Entitlement, now: number, zone: string): string | null {
  const storing = "Events are still stored";
  if (isReadingPaused(state, now)) return `Reading is paused until there is a plan. ${storing}.`;
  if (state.kind === "past_due")
    return `The last payment failed. ${storing}, and screens stay open until ${formatDate(state.pausesAt, zone)}.`;
  if (state.kind === "trial_over" || state.kind === "ended") {
    const what = state.kind === "ended" ? "subscription has ended" : "trial is over";
    return `The ${what}. ${storing}, and screens stay open until ${formatDate(state.pausesAt, zone)}.`;
  }
  if (isOver && limit !== null)
    return `${formatCount(usage.used)} events this month, ${formatCount(limit)} are in the ${state.kind === "trial" ? "trial" : "plan"}. Nothing is lost: all of them are stored and shown.`;
  if (state.kind === "trial" && state.endsAt - now <= ANNOUNCED_DAYS * DAY_MS)
    return `The trial ends in ${pluralCount(trialDaysLeft(state.endsAt, now), "day")}.`;
  return null;
}
