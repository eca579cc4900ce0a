import { cn } from "@/components/ui/cn";
import { HEALTH_LABELS, type HealthState } from "@/lib/accounts/health";

const COLORS: { [State in HealthState]: string } = {
  quiet: "bg-warning",
  growing: "bg-positive",
  new: "bg-primary",
  steady: "bg-muted-foreground/50",
  gone: "border border-muted-foreground bg-transparent",
  unseen: "border border-muted-foreground border-dashed bg-transparent",
};

/** An account's state and why, in words. */
export const HealthText = ({ state, reason }: { state: HealthState; reason: string }) => (
  <span className="flex min-w-0 items-center gap-2" title={reason}>
    <span aria-hidden="true" className={cn("size-2 shrink-0 rounded-full", COLORS[state])} />
    <span className="min-w-0 truncate">
      <span className="font-medium text-foreground">{HEALTH_LABELS[state]}</span>
      <span className="text-muted-foreground"> · {reason}</span>
    </span>
  </span>
);
