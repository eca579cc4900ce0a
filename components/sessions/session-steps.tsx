"use client";

import dynamic from "next/dynamic";
import { useQueryState } from "nuqs";
import { useRef, useState } from "react";
import { offsetInSession, timesOnPages } from "@/components/sessions/steps";
import type { Clock } from "@/components/time";
import { ATTRIBUTIONS } from "@/components/timeline/attribution";
import type { DisplayActions } from "@/components/timeline/display-form";
import { EventIcon } from "@/components/timeline/event-icon";
import { eventDetail, eventKey, eventTitle, rowKindOf, type TimelineItem } from "@/components/timeline/item";
import { useKeys } from "@/components/timeline/use-keys";
import type { EventDisplays } from "@/lib/events/types";
import { formatMoney } from "@/lib/format/number";
import { formatDuration, formatExactTime } from "@/lib/format/time";

const EventSheet = dynamic(() => import("@/components/timeline/event-sheet").then((module) => module.EventSheet), {
  ssr: false,
});

type SessionStepsProps = {
  /** Oldest first. */
  items: TimelineItem[];
  clock: Clock;
  displays: EventDisplays;
  projectHref: string;
  personHref: string;
  actions: DisplayActions;
};

/** A visit step by step: each page with its time on page and its events. */
export function SessionSteps({ items, clock, displays, projectHref, personHref, actions }: SessionStepsProps) {
  const [opened, setOpened] = useQueryState("event", { history: "push", scroll: false });
  const [seen, setSeen] = useState(false);
  const root = useRef<HTMLElement>(null);
  const keys = items.map(eventKey);
  const step = (by: 1 | -1) => {
    const next = keys[keys.indexOf(opened ?? "") + by];
    if (next) void setOpened(next, { history: "replace" });
  };
  useKeys(root, opened !== null, step);
  const start = items[0]?.ts ?? 0;
  const onPages = timesOnPages(items);
  return (
    <section ref={root} aria-label="Steps" className="border-t py-3">
      <ol>
        {items.map((item) => {
          const isPage = rowKindOf(item) === "page";
          const onPage = onPages.get(item.id);
          const { mark, sentence } = ATTRIBUTIONS[item.attribution];
          return (
            <li key={item.id} className={isPage ? "mt-2 first:mt-0" : undefined}>
              <button
                type="button"
                data-event={eventKey(item)}
                onClick={() => void setOpened(eventKey(item))}
                className={`flex min-h-9 w-full items-center gap-2.5 px-4 py-1 text-left text-[13px] outline-offset-[-2px] hover:bg-muted/60 sm:px-6 ${isPage ? "" : "pl-10 sm:pl-24"}`}
              >
                {isPage && (
                  <time
                    dateTime={new Date(item.ts).toISOString()}
                    title={formatExactTime(item.ts, clock.zone)}
                    className="w-12 shrink-0 text-muted-foreground text-xs tabular-nums max-sm:hidden"
                  >
                    {offsetInSession(item.ts - start)}
                  </time>
                )}
                <EventIcon
                  kind={rowKindOf(item)}
                  display={item.kind === "event" ? displays[item.name] : undefined}
                  dashed={item.attribution !== "explicit"}
                />
                <span className="min-w-0 flex-1 truncate">
                  <span className="font-medium">{eventTitle(item)}</span>
                  {eventDetail(item) && <span className="ml-2 text-muted-foreground">{eventDetail(item)}</span>}
                </span>
                {mark && (
                  <span title={sentence} className="shrink-0 text-2xs text-muted-foreground max-sm:hidden">
                    {mark}
                  </span>
                )}
                {item.revenue !== null && (
                  <span className="font-medium text-positive tabular-nums">{formatMoney(item.revenue)}</span>
                )}
                {isPage ? (
                  <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
                    {onPage === undefined ? "last page" : `${formatDuration(onPage)} there`}
                  </span>
                ) : (
                  <time
                    dateTime={new Date(item.ts).toISOString()}
                    title={formatExactTime(item.ts, clock.zone)}
                    className="shrink-0 text-muted-foreground text-xs tabular-nums"
                  >
                    {offsetInSession(item.ts - start)}
                  </time>
                )}
              </button>
            </li>
          );
        })}
      </ol>
      {(opened !== null || seen) && (
        <EventSheet
          item={items.find((item) => eventKey(item) === opened) ?? null}
          clock={clock}
          displays={displays}
          projectHref={projectHref}
          storyHref={personHref}
          actions={actions}
          onStep={step}
          onClose={() => {
            setSeen(true);
            void setOpened(null);
          }}
        />
      )}
    </section>
  );
}
