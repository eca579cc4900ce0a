import { eventStyle } from "@/components/timeline/event-style";
import type { TimelineRowKind } from "@/components/timeline/item";
import { cn } from "@/components/ui/cn";
import type { EventDisplay } from "@/lib/events/types";

/** Dashed when the event was attributed later rather than sent with the person's id. */
export function EventIcon({
  kind,
  display,
  dashed,
}: {
  kind: TimelineRowKind;
  display?: EventDisplay;
  dashed?: boolean;
}) {
  const { icon: Icon, className } = eventStyle(kind, display);
  return (
    <span
      aria-hidden="true"
      className={cn(
        "flex size-6 shrink-0 items-center justify-center rounded-full border bg-background",
        className,
        dashed && "border-input border-dashed",
      )}
    >
      <Icon className="size-3" />
    </span>
  );
}
