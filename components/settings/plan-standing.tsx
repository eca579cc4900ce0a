import { date } from "@/lib/format/time";
import type { Standing } from "@/lib/plans/standing";

type Words = { title: string; text: string };

/** What the standing means, in words. */
export function standingInWords(standing: Standing, now: number, zone: string): Words {
  const on = (ts: number) => date(ts, zone);
  const pauses = (at: number) =>
    now >= at
      ? `Events are stored, but screens have been closed since ${on(at)}. Choose a plan to open them again.`
      : `Events are stored, and screens stay open until ${on(at)}.`;
  switch (standing.kind) {
    case "unlimited":
      return { title: "No limits", text: "" };
    case "trial":
      return { title: "Trial", text: `Everything is open until ${on(standing.endsAt)}, without a card.` };
    case "active": {
      const title = standing.plan?.name ?? "Your own agreement";
      if (standing.cancelsAt !== null) return { title, text: `Cancelled: it ends on ${on(standing.cancelsAt)}.` };
      return { title, text: standing.renewsAt === null ? "Active." : `Active, renews on ${on(standing.renewsAt)}.` };
    }
    case "past_due":
      return { title: "Payment failed", text: `The last invoice is not paid. ${pauses(standing.pausesAt)}` };
    case "trial_over":
      return { title: "The trial is over", text: pauses(standing.pausesAt) };
    case "ended":
      return { title: "The subscription has ended", text: pauses(standing.pausesAt) };
  }
}

export function PlanStanding({ standing, now, zone }: { standing: Standing; now: number; zone: string }) {
  const { title, text } = standingInWords(standing, now, zone);
  return (
    <div className="rounded-lg border px-3.5 py-3 text-sm">
      <p className="font-medium">{title}</p>
      <p className="mt-0.5 text-pretty text-muted-foreground">{text}</p>
    </div>
  );
}
