"use client";

import { ArrowUp, LoaderCircle } from "lucide-react";
import dynamic from "next/dynamic";
import { useQueryState } from "nuqs";
import { Fragment, useState, useTransition } from "react";
import type { Clock } from "@/components/time";
import { EventRow } from "@/components/timeline/event-row";
import { groupByDay } from "@/components/timeline/group";
import { eventKey, type TimelineItem } from "@/components/timeline/item";
import { SessionHeading } from "@/components/timeline/session-heading";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { dayLabel } from "@/lib/format/time";

/** Comes with the first event that is opened. */
const EventSheet = dynamic(() => import("@/components/timeline/event-sheet").then((module) => module.EventSheet), {
  ssr: false,
});

export type TimelinePage = { items: TimelineItem[]; next: string | null };

type TimelineProps = TimelinePage & {
  clock: Clock;
  /** Reads the page behind a cursor. */
  loadOlder: (cursor: string) => Promise<TimelinePage>;
};

/** One column of days and sessions, newest first. An event opens beside it, and its address is then in the URL. */
export function Timeline({ items: first, next: firstNext, clock, loadOlder }: TimelineProps) {
  const [older, setOlder] = useState<TimelinePage>({ items: [], next: firstNext });
  const [opened, setOpened] = useQueryState("event", { history: "push", scroll: false });
  const [seen, setSeen] = useState(false);
  const [failed, setFailed] = useState(false);
  const [loading, startTransition] = useTransition();
  const items = [...first, ...older.items];

  const load = () =>
    startTransition(async () => {
      if (older.next === null) return;
      try {
        const page = await loadOlder(older.next);
        setOlder({ items: [...older.items, ...page.items], next: page.next });
        setFailed(false);
      } catch {
        setFailed(true);
      }
    });

  return (
    <section aria-label="Timeline">
      {groupByDay(items, clock.zone).map((day) => (
        <section key={day.key} aria-labelledby={`day-${day.key}`}>
          {day.blocks[0]?.gap && <Gap length={day.blocks[0].gap} />}
          <h2
            id={`day-${day.key}`}
            className="sticky top-13 z-10 border-b bg-background/95 px-4 py-2 font-medium text-sm backdrop-blur sm:px-6 lg:top-0"
          >
            {dayLabel(day.ts, clock.now, clock.zone)}
          </h2>
          {day.blocks.map((block, index) => (
            <Fragment key={block.key}>
              {index > 0 && block.gap && <Gap length={block.gap} />}
              <SessionHeading block={block} zone={clock.zone} />
              <ol className="pb-3">
                {block.items.map((item) => (
                  <EventRow key={item.id} item={item} zone={clock.zone} onOpen={() => void setOpened(eventKey(item))} />
                ))}
              </ol>
            </Fragment>
          ))}
        </section>
      ))}
      <div className="px-4 py-5 sm:px-6">
        {failed && (
          <div className="mb-3">
            <Alert>The older events could not be loaded. Check your connection and try again.</Alert>
          </div>
        )}
        {older.next !== null ? (
          <Button variant="outline" size="sm" onClick={load} disabled={loading}>
            {loading && <LoaderCircle aria-hidden="true" className="animate-spin" />}
            Load older
          </Button>
        ) : (
          <p className="text-muted-foreground text-xs">The beginning: nothing is known from before.</p>
        )}
      </div>
      {(opened !== null || seen) && (
        <EventSheet
          item={items.find((item) => eventKey(item) === opened) ?? null}
          clock={clock}
          onClose={() => {
            setSeen(true); // stays mounted, to close gently and open at once the next time
            void setOpened(null);
          }}
        />
      )}
    </section>
  );
}

/** Time passed, seen from below: newest first, so it points up. */
function Gap({ length }: { length: string }) {
  return (
    <p className="flex items-center gap-2 px-4 py-2 text-muted-foreground text-xs sm:px-6">
      <span aria-hidden="true" className="flex w-6 justify-center">
        <ArrowUp className="size-3" />
      </span>
      {length} later
    </p>
  );
}
