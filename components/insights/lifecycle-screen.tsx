import { CalendarClock } from "lucide-react";
import { LifecycleChart } from "@/components/insights/lifecycle-chart";
import { LifecycleFigures } from "@/components/insights/lifecycle-figures";
import type { LinkContext } from "@/components/insights/lifecycle-links";
import { LifecycleTable } from "@/components/insights/lifecycle-table";
import { Empty } from "@/components/ui/empty";
import { ErrorMessage } from "@/components/ui/error-message";
import { STATES } from "@/lib/lifecycle/states";
import type { LifecyclePeriod, LifecycleSubject } from "@/lib/lifecycle/weeks";

type Props = {
  period: LifecyclePeriod;
  context: LinkContext;
  /** New thresholds are being applied to everybody. */
  changing: boolean;
  dormant: boolean;
  toggleHref: string;
};

const NOBODY: Record<LifecycleSubject, string> = {
  identified: "No identified person had been active by then. Choose other days, or count everybody.",
  everybody: "Nobody had been active by then. Choose other days.",
  accounts:
    "No account had an active person by then. Accounts are companies: name one with group() where people log in, or choose a property or the e-mail domain in Settings.",
};

/** The number of people, or accounts, in each state, week by week, and who moved. */
export function LifecycleScreen({ period, context, changing, dormant, toggleHref }: Props) {
  const last = period.now.at(-1);
  if (!last || STATES.every((state) => period.now.every(({ states }) => states[state] === 0)))
    return (
      <Empty icon={CalendarClock} title="Nobody yet in these weeks">
        <p>{NOBODY[context.who]}</p>
      </Empty>
    );
  return (
    <div className="grid grid-cols-1 gap-6 border-t px-4 py-5 sm:px-6">
      {changing && (
        <ErrorMessage>
          New thresholds are being applied to everybody. Until that is done, the numbers mix old and new ones.
        </ErrorMessage>
      )}
      <LifecycleFigures week={last} before={period.before.at(-1)} context={context} />
      <LifecycleChart weeks={period.now} context={context} dormant={dormant} toggleHref={toggleHref} />
      <LifecycleTable period={period} context={context} />
    </div>
  );
}
