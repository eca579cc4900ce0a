import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { formatCount } from "@/lib/format/number";
import { PLANS, type Plan, type PlanId } from "@/lib/plans/plans";

/** The plans with their prices; `current` is marked, `choose` offers the others. */
export function PlanList({ current, choose }: { current: PlanId | null; choose?: (plan: Plan) => ReactNode }) {
  return (
    <ul className="divide-y rounded-lg border text-sm">
      {PLANS.map((plan) => (
        <li key={plan.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3.5 py-2.5">
          <span className="min-w-24 font-medium max-sm:flex-1">
            {plan.name} {plan.id === current && <Badge variant="accent">Current</Badge>}
          </span>
          <span className="flex-1 text-muted-foreground tabular-nums max-sm:order-last max-sm:basis-full">
            up to {formatCount(plan.eventsPerMonth)} events a month
          </span>
          <span className="tabular-nums">€{plan.eurosPerMonth} a month</span>
          {choose?.(plan)}
        </li>
      ))}
    </ul>
  );
}
