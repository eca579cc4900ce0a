import { ArrowDown, ArrowUp, ChevronDown } from "lucide-react";
import { Fragment } from "react";
import type { Clock } from "@/components/time";
import { EventRow } from "@/components/timeline/event-row";
import type { TimelineDay as DayOfEvents } from "@/components/timeline/group";
import { eventKey } from "@/components/timeline/item";
import { SessionHeading } from "@/components/timeline/session-heading";
import type { TimelineOrder } from "@/components/timeline/timeline-url";
import { cn } from "@/components/ui/cn";
import type { EventDisplays } from "@/lib/events/types";
import { pluralCount } from "@/lib/format/number";
import { dayLabel } from "@/lib/format/time";

export type DayProps = {
  day: DayOfEvents;
  order: TimelineOrder;
  clock: Clock;
  displays: EventDisplays;
  /** URL of a session's page. */
  sessionHref: (sessionId: string) => string;
  /** Keys of collapsed days and blocks. */
  folded: ReadonlySet<string>;
  onFold: (key: string) => void;
  target: string | null;
  onOpen: (key: string) => void;
};

/** A day of the timeline: a sticky heading, and its sessions with the gaps between them. */
export function DaySection({ day, order, clock, displays, sessionHref, folded, onFold, target, onOpen }: DayProps) {
  const isFolded = folded.has(day.key);
  const events = day.blocks.reduce((sum, block) => sum + block.items.length, 0);
  return (
    <section aria-labelledby={`day-${day.key}`} data-day={day.key} className="scroll-mt-13 lg:scroll-mt-0">
      {day.blocks[0]?.gap && <Gap length={day.blocks[0].gap} order={order} />}
      <h2
        id={`day-${day.key}`}
        className="sticky top-13 z-10 border-b bg-background/95 px-4 font-medium text-sm backdrop-blur sm:px-6 lg:top-0"
      >
        <button
          type="button"
          aria-expanded={!isFolded}
          onClick={() => onFold(day.key)}
          className="flex w-full items-center gap-1.5 py-2 text-left"
        >
          <ChevronDown
            aria-hidden="true"
            className={cn("-ml-1 size-4 text-muted-foreground transition-transform", isFolded && "-rotate-90")}
          />
          {dayLabel(day.ts, clock.now, clock.zone)}
          {isFolded && (
            <span className="font-normal text-muted-foreground text-xs">
              {pluralCount(day.blocks.filter(({ sessionId }) => sessionId !== null).length, "session")},{" "}
              {pluralCount(events, "event")}
            </span>
          )}
        </button>
      </h2>
      {!isFolded &&
        day.blocks.map((block, index) => (
          <Fragment key={block.key}>
            {index > 0 && block.gap && <Gap length={block.gap} order={order} />}
            <SessionHeading
              block={block}
              zone={clock.zone}
              href={block.sessionId === null ? null : sessionHref(block.sessionId)}
              folded={folded.has(block.key)}
              onFold={() => onFold(block.key)}
            />
            {!folded.has(block.key) && (
              <ol className="pb-3">
                {block.items.map((item) => (
                  <EventRow
                    key={item.id}
                    item={item}
                    zone={clock.zone}
                    display={item.kind === "event" ? displays[item.name] : undefined}
                    isTarget={eventKey(item) === target}
                    onOpen={() => onOpen(eventKey(item))}
                  />
                ))}
              </ol>
            )}
          </Fragment>
        ))}
    </section>
  );
}

/** A gap, measured from the older side: points up when newest is first. */
function Gap({ length, order }: { length: string; order: TimelineOrder }) {
  const Arrow = order === "desc" ? ArrowUp : ArrowDown;
  return (
    <p className="flex items-center gap-2 px-4 py-2 text-muted-foreground text-xs sm:px-6">
      <span aria-hidden="true" className="flex w-6 justify-center">
        <Arrow className="size-3" />
      </span>
      {length} later
    </p>
  );
}
