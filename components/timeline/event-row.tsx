import { ATTRIBUTIONS } from "@/components/timeline/attribution";
import { EventIcon } from "@/components/timeline/event-icon";
import { detailOf, lookOf, type TimelineItem, titleOf } from "@/components/timeline/item";
import { money } from "@/lib/format/number";
import { clock, exact } from "@/lib/format/time";

/** One event on one line; the whole line opens it. */
export function EventRow({ item, zone, onOpen }: { item: TimelineItem; zone: string; onOpen: () => void }) {
  const look = lookOf(item);
  const detail = detailOf(item);
  const { mark, sentence } = ATTRIBUTIONS[item.attribution];
  return (
    <li className="group relative">
      <span
        aria-hidden="true"
        className="absolute top-0 bottom-0 left-7 w-px bg-border group-first:top-1/2 group-last:bottom-1/2 group-only:hidden sm:left-9"
      />
      <button
        type="button"
        onClick={onOpen}
        className="relative flex min-h-9 w-full items-center gap-2.5 px-4 py-1 text-left text-[13px] outline-offset-[-2px] hover:bg-muted/60 sm:px-6"
      >
        <EventIcon look={look} dashed={item.attribution !== "explicit"} />
        <span className="min-w-0 flex-1 truncate">
          <span className={look === "page" || look === "property" ? "" : "font-medium"}>{titleOf(item)}</span>
          {detail && <span className="ml-2 text-muted-foreground">{detail}</span>}
        </span>
        {item.revenue !== null && <span className="font-medium text-positive tabular-nums">{money(item.revenue)}</span>}
        {mark && (
          <span title={sentence} className="hidden text-2xs text-muted-foreground sm:inline">
            {mark}
          </span>
        )}
        <time
          dateTime={new Date(item.ts).toISOString()}
          title={exact(item.ts, zone)}
          className="shrink-0 text-muted-foreground text-xs tabular-nums"
        >
          {clock(item.ts, zone)}
        </time>
      </button>
    </li>
  );
}
