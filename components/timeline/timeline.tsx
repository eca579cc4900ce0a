"use client";

import dynamic from "next/dynamic";
import { useQueryState } from "nuqs";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Clock } from "@/components/time";
import { DaySection } from "@/components/timeline/day";
import type { DisplayActions } from "@/components/timeline/display-form";
import { groupByDay } from "@/components/timeline/group";
import { eventKey, type TimelineItem, type TimelinePage } from "@/components/timeline/item";
import { useLivePerson } from "@/components/timeline/live-person";
import { matchesFilter } from "@/components/timeline/matches-filter";
import { LoadMore } from "@/components/timeline/more";
import type { TimelineOrder } from "@/components/timeline/timeline-url";
import { useKeys } from "@/components/timeline/use-keys";
import { usePages } from "@/components/timeline/use-pages";
import { Button } from "@/components/ui/button";
import { type Packed, unpack } from "@/components/ui/packed";
import type { EventDisplays } from "@/lib/events/types";
import { pluralCount } from "@/lib/format/number";
import { dayKey } from "@/lib/format/time";
import type { ReadResult } from "@/lib/http/action";
import type { TimelineFilter } from "@/lib/timeline/types";

/** Loaded when the first event is opened. */
const EventSheet = dynamic(() => import("@/components/timeline/event-sheet").then((module) => module.EventSheet), {
  ssr: false,
});

export type TimelineProps = {
  page: Packed<TimelinePage>;
  order: TimelineOrder;
  /** Time to jump to, in ms: its day is at the top. null: the start. */
  at: number | null;
  filter: TimelineFilter | undefined;
  clock: Clock;
  displays: EventDisplays;
  projectHref: string;
  /** Loads the page above or below a cursor. */
  load: (side: "above" | "below", cursor: string) => Promise<ReadResult<TimelinePage>>;
  actions: DisplayActions;
};

/** Days and sessions in one column. An event opens in a sheet and sets the URL. */
export function Timeline({ page, order, at, filter, clock, displays, projectHref, load, actions }: TimelineProps) {
  const first = useMemo(() => unpack(page), [page]);
  const pages = usePages(first, load);
  const [opened, setOpened] = useQueryState("event", { history: "push", scroll: false });
  const [target] = useState(opened); // the event that the URL linked to
  const [seen, setSeen] = useState(false);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [shownLive, setShownLive] = useState(0);
  const [atTop, setAtTop] = useState(true);
  const root = useRef<HTMLElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const live = useLivePerson();

  const loaded = new Set(pages.items.map(({ id }) => id));
  const arrived = live.items.filter((item) => matchesFilter(item, filter) && !loaded.has(item.id));
  // Newest first: live events are added on top, unless newer pages are not loaded yet.
  const isOpenEnd = (order === "desc" ? pages.above : pages.below) === null;
  const grows = isOpenEnd && (order === "asc" || (atTop && opened === null));
  if (grows && shownLive !== arrived.length) setShownLive(arrived.length);
  const shown = isOpenEnd ? arrived.slice(0, shownLive) : [];
  const waiting = order === "desc" && isOpenEnd ? arrived.length - shown.length : 0;
  const items = order === "desc" ? merged(shown, pages.items, -1) : merged(shown, pages.items, 1);
  const days = useMemo(() => groupByDay(items, clock.zone), [items, clock.zone]);

  useEffect(() => {
    if (!top.current) return;
    const observer = new IntersectionObserver(([entry]) => setAtTop(entry?.isIntersecting ?? true));
    observer.observe(top.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (target)
      root.current?.querySelector(`[data-event="${CSS.escape(target)}"]`)?.scrollIntoView({ block: "center" });
  }, [target]);
  // Some events above the target are loaded too, so the page must scroll past them.
  const [landing] = useState(() => (target || at === null ? null : landingDay(first.items, order, at, clock.zone)));
  useEffect(() => {
    if (landing === null) return;
    // After Next has scrolled to the URL's hash.
    const frame = requestAnimationFrame(() => {
      const day = root.current?.querySelector<HTMLElement>(`[data-day="${landing}"]`);
      day?.scrollIntoView({ block: "start" });
      // Keep the focus of somebody typing a date; after a link, move it here.
      if (!(document.activeElement instanceof HTMLInputElement)) {
        day?.querySelector("button")?.focus({ preventScroll: true });
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [landing]);

  const keys = items.map(eventKey);
  const shownItem = items.find((item) => eventKey(item) === opened) ?? null;
  const step = (by: 1 | -1) => {
    const next = keys[keys.indexOf(opened ?? "") + by];
    if (next) void setOpened(next, { history: "replace" });
  };
  useKeys(root, opened !== null, step);

  const fold = (key: string) => {
    const next = new Set(folded);
    if (!next.delete(key)) next.add(key);
    setFolded(next);
  };
  const showWaiting = () => {
    setShownLive(arrived.length);
    root.current?.scrollIntoView({ block: "start" });
  };
  const allFolded = days.length > 0 && days.every(({ key }) => folded.has(key));

  return (
    <section ref={root} aria-label="Timeline" className="scroll-mt-13 lg:scroll-mt-0">
      <div ref={top} />
      {waiting > 0 && (
        <div className="pointer-events-none sticky top-26 z-20 flex h-0 justify-center lg:top-12">
          <Button size="sm" className="pointer-events-auto rounded-full shadow-lg" onClick={showWaiting}>
            {pluralCount(waiting, "new event")}
          </Button>
        </div>
      )}
      <p role="status" className="sr-only">
        {waiting > 0 ? `${pluralCount(waiting, "new event")} above` : ""}
      </p>
      <LoadMore side="above" order={order} pages={pages} filtered={filter !== undefined} />
      {days.length > 1 && (
        <div className="flex justify-end px-4 pt-2 sm:px-6">
          <Button
            variant="link"
            size="none"
            className="font-normal text-muted-foreground text-xs"
            onClick={() => setFolded(new Set(allFolded ? [] : days.map(({ key }) => key)))}
          >
            {allFolded ? "Expand all days" : "Collapse all days"}
          </Button>
        </div>
      )}
      {days.map((day) => (
        <DaySection
          key={day.key}
          day={day}
          order={order}
          clock={clock}
          displays={displays}
          sessionHref={(id) => `${projectHref}/sessions/${id}`}
          folded={folded}
          onFold={fold}
          target={target}
          onOpen={(key) => void setOpened(key)}
        />
      ))}
      <LoadMore side="below" order={order} pages={pages} filtered={filter !== undefined} />
      {(opened !== null || seen) && (
        <EventSheet
          item={shownItem}
          storyHref={shownItem?.who?.href}
          clock={clock}
          displays={displays}
          projectHref={projectHref}
          actions={actions}
          onStep={step}
          onClose={() => {
            setSeen(true); // stays mounted, for the closing animation and a fast reopening
            void setOpened(null);
          }}
        />
      )}
    </section>
  );
}

/** The day ("2026-07-03") to scroll to for a time: its own, or the next one in order with an event. */
export function landingDay(
  items: readonly Pick<TimelineItem, "ts">[],
  order: TimelineOrder,
  at: number,
  zone: string,
): string | null {
  const item = items.find(({ ts }) => (order === "desc" ? ts <= at : ts >= at));
  return item ? dayKey(item.ts, zone) : null;
}

/** Merges by time, then id; `sign` 1: oldest first. There are few live events, so it sorts. */
function merged(arrived: TimelineItem[], loaded: TimelineItem[], sign: 1 | -1): TimelineItem[] {
  if (arrived.length === 0) return loaded;
  return [...arrived, ...loaded].sort((a, b) => sign * (a.ts - b.ts || (a.id < b.id ? -1 : 1)));
}
