import type { LucideIcon } from "lucide-react";
import { ToInstall } from "@/components/to-install";
import { Empty } from "@/components/ui/empty";

/** What each screen will show. */
const SHOWS = {
  overview: "Who is active, where they come from and what they do, day by day.",
  sessions: "Each visit step by step, from the page it began on to its last click.",
  events: "Everything your users do, as it happens.",
  looks: "An icon and a colour for each event, and which of them are conversions.",
  lifecycle: "How many people are new, active, slipping, dormant or back, over time.",
  risk: "Who is going quiet, each with a probability and a reason in words.",
  compare: "What one group of people does that another does not.",
  journeys: "The paths people take from their first visit to signing up.",
} as const;

type NothingYetProps = { icon: LucideIcon; projectId: string; on: keyof typeof SHOWS };

/** Empty state of a screen in a project that has received nothing. */
export function NothingYet({ icon, projectId, on }: NothingYetProps) {
  const what = on === "sessions" ? "visit" : "event";
  return (
    <Empty icon={icon} title={`No ${what} yet`}>
      <p>{SHOWS[on]}</p>
      <p>Paste the snippet into your site and open it in another tab: the first {what} appears within seconds.</p>
      <ToInstall projectId={projectId} />
    </Empty>
  );
}
