import { Ago, type Clock } from "@/components/time";
import { EventIcon } from "@/components/timeline/event-icon";
import { eventDetail, eventKey, eventTitle, rowKindOf, type TimelineItem } from "@/components/timeline/item";
import { Flag } from "@/components/ui/flag";
import { Link } from "@/components/ui/link";
import type { EventDisplays } from "@/lib/events/types";
import { formatMoney } from "@/lib/format/number";

export type StreamRow = { item: TimelineItem; person: string; href: string };

/** Everybody's events, newest first; each links to its place in the person's timeline. */
export function EventStream({ rows, clock, displays }: { rows: StreamRow[]; clock: Clock; displays: EventDisplays }) {
  return (
    <ol aria-label="Events, newest first" className="border-t text-[13px]">
      {rows.map(({ item, person, href }) => (
        <li
          key={item.id}
          className="relative flex min-h-10 items-center gap-3 border-b px-4 py-1.5 hover:bg-muted/60 sm:px-6"
        >
          <EventIcon kind={rowKindOf(item)} display={item.kind === "event" ? displays[item.name] : undefined} />
          <span className="min-w-0 flex-1 sm:grid sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)] sm:gap-4">
            <span className="block truncate">
              <Link
                href={`${href}?event=${eventKey(item)}`}
                prefetch={false}
                className="font-medium after:absolute after:inset-0"
              >
                {eventTitle(item)}
              </Link>
              {eventDetail(item) && <span className="ml-2 text-muted-foreground">{eventDetail(item)}</span>}
            </span>
            <span className="block truncate text-muted-foreground">
              <Flag country={item.country} label={item.place ?? undefined} />
              <Link href={href} prefetch={false} className="relative hover:text-foreground hover:underline">
                {person}
              </Link>
            </span>
          </span>
          {item.revenue !== null && (
            <span className="font-medium text-positive tabular-nums">{formatMoney(item.revenue)}</span>
          )}
          <Ago
            ts={item.ts}
            clock={clock}
            className="relative shrink-0 text-right text-muted-foreground text-xs tabular-nums sm:w-24"
          />
        </li>
      ))}
    </ol>
  );
}
