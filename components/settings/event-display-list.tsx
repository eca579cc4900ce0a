import { ChevronRight } from "lucide-react";
import { Ago, type Clock } from "@/components/time";
import { type DisplayActions, DisplayForm } from "@/components/timeline/display-form";
import { EventIcon } from "@/components/timeline/event-icon";
import { rowKindOf } from "@/components/timeline/item";
import { Editable } from "@/components/ui/editable";
import { Link } from "@/components/ui/link";
import type { EventDisplay } from "@/lib/events/types";
import { humanName } from "@/lib/format/human-name";

export type DisplayedEvent = {
  name: string;
  /** Last occurrence in ms; null: none stored any more. */
  lastAt: number | null;
  display: EventDisplay | undefined;
  /** URL of its occurrences. */
  href: string;
};

type EventDisplayListProps = { events: DisplayedEvent[]; clock: Clock; actions: DisplayActions };

/** Every event name with its display; expands to edit it. */
export function EventDisplayList({ events, clock, actions }: EventDisplayListProps) {
  return (
    <ul className="border-t">
      {events.map(({ name, lastAt, display, href }) => (
        <li key={name} className="border-b">
          <details className="group/row">
            <summary className="flex min-h-12 cursor-pointer list-none items-center gap-3 px-4 py-2 hover:bg-muted/60 sm:px-6 [&::-webkit-details-marker]:hidden">
              <ChevronRight
                aria-hidden="true"
                className="size-4 shrink-0 text-muted-foreground transition-transform group-open/row:rotate-90"
              />
              <EventIcon kind={rowKindOf({ kind: "event", name, revenue: null })} display={display} />
              <span className="grid min-w-0 flex-1">
                <span className="truncate font-medium text-sm">{humanName(name)}</span>
                <code className="truncate font-mono text-muted-foreground text-xs">{name}</code>
              </span>
              {display?.conversion && (
                <span className="rounded-full bg-positive/12 px-2 py-0.5 text-positive text-xs">Conversion</span>
              )}
              <span className="w-24 shrink-0 text-right text-[13px] text-muted-foreground max-sm:hidden">
                {lastAt === null ? "Not seen" : <Ago ts={lastAt} clock={clock} />}
              </span>
            </summary>
            <div className="grid gap-3 px-4 pt-1 pb-4 pl-17 sm:px-6 sm:pl-19">
              <Editable>
                <DisplayForm name={name} display={display} actions={actions} />
              </Editable>
              <Link href={href} className="justify-self-start text-primary text-sm underline-offset-4 hover:underline">
                Show occurrences
              </Link>
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}
