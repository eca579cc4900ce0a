import { pluralCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import { type PlanState, trialDaysLeft } from "@/lib/plans/plans";

type Words = { title: string; text: string };

/** The state of a plan, in words. */
export function stateInWords(state: PlanState, now: number, zone: string): Words {
  const on = (ts: number) => formatDate(ts, zone);
  const pauses = (at: number) =>
    now >= at
      ? `Events are stored, but screens have been closed since ${on(at)}. Choose a plan to open them again.`
      : `Events are stored, and screens stay open until ${on(at)}.`;
  switch (state.kind) {
    case "trial":
      return {
        title: `Trial, ${pluralCount(trialDaysLeft(state.endsAt, now), "day")} left`,
        text: `Everything is open until ${on(state.endsAt)}, without a card.`,
      };
    case "active": {
      const title = state.plan?.name ?? "Your own agreement";
      if (state.cancelsAt !== null) return { title, text: `Cancelled: it ends on ${on(state.cancelsAt)}.` };
      return { title, text: state.renewsAt === null ? "Active." : `Active, renews on ${on(state.renewsAt)}.` };
    }
    case "past_due":
      return { title: "Payment failed", text: `The last invoice is not paid. ${pauses(state.pausesAt)}` };
    case "trial_over":
      return { title: "The trial is over", text: pauses(state.pausesAt) };
    case "ended":
      return { title: "The subscription has ended", text: pauses(state.pausesAt) };
  }
}

export function PlanStateCard({ state, now, zone }: { state: PlanState; now: number; zone: string }) {
  const { title, text } = stateInWords(state, now, zone);
  return (
    <div className="rounded-lg border px-3.5 py-3 text-sm">
      <p className="font-medium">{title}</p>
      <p className="mt-0.5 text-pretty text-muted-foreground">{text}</p>
    </div>
  );
}
