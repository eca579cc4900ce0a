import { ATTRIBUTIONS } from "@/components/timeline/attribution";
import { EventIcon } from "@/components/timeline/event-icon";
import { eventDetail, eventKey, eventTitle, rowKindOf, type TimelineItem } from "@/components/timeline/item";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import type { EventDisplay } from "@/lib/events/types";
import { formatMoney } from "@/lib/format/number";
import { formatExactTime, formatTime } from "@/lib/format/time";

type EventRowProps = {
  item: TimelineItem;
  zone: string;
  display: EventDisplay | undefined;
  /** The event that the URL links to. */
  isTarget: boolean;
  onOpen: () => void;
};

/** One event per line; the whole line opens it. */
export function EventRow({ item, zone, display, isTarget, onOpen }: EventRowProps) {
  const kind = rowKindOf(item);
  const detail = eventDetail(item);
  const { mark, sentence } = ATTRIBUTIONS[item.attribution];
  return (
    <li className="group relative">
      <span
        aria-hidden="true"
        className="absolute top-0 bottom-0 left-7 w-px bg-border group-first:top-1/2 group-last:bottom-1/2 group-only:hidden sm:left-9"
      />
      <button
        type="button"
        data-event={eventKey(item)}
        aria-current={isTarget ? "true" : undefined}
        onClick={onOpen}
        className={cn(
          "relative flex min-h-9 w-full scroll-mt-24 items-center gap-2.5 px-4 py-1 text-left text-[13px] outline-offset-[-2px] hover:bg-muted/60 sm:px-6",
          isTarget && "bg-accent/60",
        )}
      >
        <EventIcon kind={kind} display={display} dashed={item.attribution !== "explicit"} />
        <span className="min-w-0 flex-1 sm:flex sm:items-baseline sm:gap-2">
          <span className="block min-w-0 truncate">
            <span className={kind === "page" || kind === "property" ? "" : "font-medium"}>{eventTitle(item)}</span>
            {detail && <span className="ml-2 text-muted-foreground">{detail}</span>}
          </span>
          {mark && (
            <span title={sentence} className="block shrink-0 truncate text-2xs text-muted-foreground sm:ml-auto">
              {mark}
            </span>
          )}
        </span>
        {item.who && (
          <span className="max-w-32 shrink-0 truncate text-muted-foreground text-xs max-sm:max-w-20">
            {item.who.name}
          </span>
        )}
        {display?.conversion && <Badge className="bg-positive/12 text-positive max-sm:hidden">Conversion</Badge>}
        {item.revenue !== null && (
          <span className="font-medium text-positive tabular-nums">{formatMoney(item.revenue)}</span>
        )}
        <time
          dateTime={new Date(item.ts).toISOString()}
          title={formatExactTime(item.ts, zone)}
          className="shrink-0 text-muted-foreground text-xs tabular-nums"
        >
          {formatTime(item.ts, zone)}
        </time>
      </button>
    </li>
  );
}
