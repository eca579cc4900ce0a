import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { count } from "@/lib/format/number";
import { PLANS, type PlanId } from "@/lib/plans/plans";

/** The plans with their prices; `current` is marked, `choose` offers the others. */
export function PlanList({ current, choose }: { current: PlanId | null; choose?: (id: PlanId) => ReactNode }) {
  return (
    <ul className="divide-y rounded-lg border text-sm">
      {PLANS.map(({ id, name, eventsPerMonth, eurosPerMonth }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3.5 py-2.5">
          <span className="min-w-24 font-medium">
            {name} {id === current && <Badge variant="accent">yours</Badge>}
          </span>
          <span className="min-w-44 flex-1 text-muted-foreground tabular-nums">
            up to {count(eventsPerMonth)} events a month
          </span>
          <span className="tabular-nums">€{eurosPerMonth} a month</span>
          {choose?.(id)}
        </li>
      ))}
    </ul>
  );
}
